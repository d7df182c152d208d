import { modelToName } from '../../lib/model-name.ts'
import type { Conversation, Json, Message, Part } from '@holdfast/shared'
import { toFencedBlock } from '../../markdown/to-fenced-block.ts'

/** Headings and labels of an export, in the language of the interface. */
export interface ExportWords {
  readonly you: string
  readonly assistant: string
  readonly thoughts: string
  readonly tool: string
  readonly exported: string
}

/** A path as Markdown. Messages are exported as written; reasoning and tool calls are in `<details>`. */
export function conversationToMarkdown(
  conversation: Pick<Conversation, 'title'>,
  messages: readonly Message[],
  words: ExportWords,
): string {
  const sections = messages.map((message) => {
    const who =
      message.role === 'user'
        ? words.you
        : [words.assistant, message.model && modelToName(message.model)].filter(Boolean).join(' · ')
    const body = message.parts.map((part) => partToMarkdown(part, words)).filter((text) => text !== '')
    return [`## ${who}`, ...body].join('\n\n')
  })
  return `${[`# ${conversation.title}`, words.exported, ...sections].join('\n\n')}\n`
}

function partToMarkdown(part: Part, words: ExportWords): string {
  switch (part.type) {
    case 'text':
      return part.text
    case 'remark':
      return `> **${words.you}:** ${part.text.replaceAll('\n', '\n> ')}`
    case 'reasoning':
      return fold(words.thoughts, part.text)
    case 'file':
      return `- \`${part.name.replaceAll('`', "'")}\``
    case 'tool-call': {
      const outcome = part.error ?? (part.result === undefined ? null : part.result)
      const blocks = [part.args, outcome].filter((value) => value !== null).map(toBlock)
      return fold(`${words.tool}: ${escapeHtml(part.name)} (${part.state})`, blocks.join('\n\n'))
    }
  }
}

/** The names of files, then the text; remarks of the person stand where the answer got them. */
function partsToLines(parts: readonly Part[], words: ExportWords): string[] {
  const names = parts.flatMap((part) => (part.type === 'file' ? `[${part.name}]` : []))
  const lines = parts.reduce<string[]>((done, part) => {
    if (part.type === 'text') done.push(`${done.pop() ?? ''}${part.text}`)
    if (part.type === 'remark') done.push(`(${words.you}: ${part.text})`, '')
    return done
  }, [])
  return [...names, ...lines].filter((line) => line !== '')
}

function fold(summary: string, body: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${body}\n\n</details>`
}

/** A model may make up the name of a tool. */
function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('\n', ' ')
}

function toBlock(value: Json): string {
  return typeof value === 'string' ? toFencedBlock(value, '') : toFencedBlock(JSON.stringify(value, null, 2), 'json')
}

/** A path as plain text: the author, then the message. */
export function conversationToText(
  conversation: Pick<Conversation, 'title'>,
  messages: readonly Message[],
  words: ExportWords,
): string {
  const sections = messages
    .map(({ role, parts }) => ({ role, lines: partsToLines(parts, words) }))
    .filter(({ lines }) => lines.length > 0)
    .map(({ role, lines }) => `${role === 'user' ? words.you : words.assistant}:\n${lines.join('\n')}`)
  return `${[conversation.title, words.exported, ...sections].join('\n\n')}\n`
}
