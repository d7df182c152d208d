import type { Message, Part } from '@holdfast/shared'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { conversationToMarkdown, conversationToText } from './conversation-to-markdown.ts'
import { titleToFileName } from './file-name.ts'

const words = { you: 'You', assistant: 'Assistant', thoughts: 'Thoughts', tool: 'Tool', exported: 'Written today' }

function message(role: 'user' | 'assistant', parts: readonly Part[]): Message {
  return {
    id: 'm',
    conversationId: 'c',
    parentId: null,
    siblingIds: ['m'],
    role,
    status: 'completed',
    content: parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    parts: [...parts],
    model: role === 'user' ? null : 'gpt-x',
    usage: null,
    costMicroUsd: null,
    error: null,
    createdAt: '',
    updatedAt: '',
  }
}

test('a Markdown export has authors, and collapses reasoning and tool calls', () => {
  const markdown = conversationToMarkdown(
    { title: 'Plans' },
    [
      message('user', [{ type: 'text', text: 'Add *milk*' }]),
      message('assistant', [
        { type: 'reasoning', text: 'Hm.' },
        {
          type: 'tool-call',
          callId: '1',
          name: 'add_task',
          args: { title: '```' },
          state: 'done',
          result: { status: 'created' },
        },
        { type: 'text', text: 'Done.' },
      ]),
    ],
    words,
  )
  expect(markdown).toBe(
    [
      '# Plans',
      'Written today',
      '## You',
      'Add *milk*',
      '## Assistant · gpt-x',
      '<details>\n<summary>Thoughts</summary>\n\nHm.\n\n</details>',
      '<details>\n<summary>Tool: add_task (done)</summary>\n\n````json\n{\n  "title": "```"\n}\n````\n\n```json\n{\n  "status": "created"\n}\n```\n\n</details>',
      'Done.\n',
    ].join('\n\n'),
  )
})

test('the name of a tool that a model made up is text in a Markdown export, not HTML (attack F7)', () => {
  const name = '</summary><img src=x onerror=alert(1)>'
  const call = { type: 'tool-call', callId: '1', name, args: {}, state: 'failed', error: 'no' } as const
  const markdown = conversationToMarkdown({ title: 'Plans' }, [message('assistant', [call])], words)
  expect(markdown).toContain('<summary>Tool: &lt;/summary>&lt;img src=x onerror=alert(1)> (failed)</summary>')
})

test('a plain-text export has the messages only', () => {
  const messages = [message('user', [{ type: 'text', text: 'Hi' }]), message('assistant', [{ type: 'reasoning', text: 'Hm.' }])]
  expect(conversationToText({ title: 'T' }, messages, words)).toBe('T\n\nWritten today\n\nYou:\nHi\n')
})

test('every export names the files of a message, also of one without text', () => {
  const file: Part = { type: 'file', fileId: 'f', name: 'a `report`.pdf', mediaType: 'application/pdf', bytes: 3 }
  expect(conversationToText({ title: 'T' }, [message('user', [file])], words)).toBe(
    'T\n\nWritten today\n\nYou:\n[a `report`.pdf]\n',
  )
  expect(conversationToMarkdown({ title: 'T' }, [message('user', [file])], words)).toContain("## You\n\n- `a 'report'.pdf`")
})

test('an export contains messages unchanged', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1 }), (texts) => {
      const messages = texts.map((text) => message('user', [{ type: 'text', text }]))
      const markdown = conversationToMarkdown({ title: 'T' }, messages, words)
      let from = 0
      for (const text of texts) {
        const at = markdown.indexOf(text, from)
        expect(at).toBeGreaterThanOrEqual(from)
        from = at + text.length
      }
    }),
  )
})

test('file names are valid on every system', () => {
  expect(titleToFileName('Ünïcode: a/b\\c? “quoted”', 'md')).toBe('Ünïcode a b c “quoted”.md')
  expect(titleToFileName('../../etc/passwd', 'json')).toBe('etc passwd.json')
  expect(titleToFileName('...', 'txt')).toBe('conversation.txt')
  expect(titleToFileName('con', 'md')).toBe('conversation con.md')
  expect([...titleToFileName('🦭'.repeat(300), 'md')]).toHaveLength(83)
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (title) => {
      expect(titleToFileName(title, 'md')).toMatch(/^[^\s./\\<>:"|?*\u0000-\u001f][^/\\<>:"|?*\u0000-\u001f]*\.md$/u)
    }),
  )
})
