import type { Conversation } from '@holdfast/shared'
import { expect, test, vi } from 'vitest'
import { matchCommands } from '../../features/search/match-commands.ts'
import { english } from '../../i18n/english/index.ts'
import { conversationCommands, type ConversationCommandsOptions } from './conversation-commands.tsx'

const conversation = { id: 'c', title: 'Notes', pinned: false } as Conversation

function createOptions(change: Partial<ConversationCommandsOptions>): ConversationCommandsOptions {
  return {
    conversation,
    leafId: 'a',
    lastAnswerId: 'a',
    isRunning: false,
    hasText: true,
    hasCode: true,
    onFind: vi.fn(),
    onExport: vi.fn(),
    onPrint: vi.fn(),
    onFork: vi.fn(),
    onRegenerate: vi.fn(),
    onStop: vi.fn(),
    onCopy: vi.fn(),
    onRename: vi.fn(),
    onPin: vi.fn(),
    onArchive: vi.fn(),
    onTrash: vi.fn(),
    ...change,
  }
}

function find(options: ConversationCommandsOptions, words: string) {
  const commands = conversationCommands(options).map(({ label, keywords, ...command }) => ({
    ...command,
    label: english[label],
    keywords: keywords === undefined ? '' : english[keywords],
  }))
  return matchCommands(commands, words)
}

test.each([
  ['rename', 'rename-this', 'onRename', []],
  ['copy', 'copy-answer', 'onCopy', ['answer']],
  ['copy code', 'copy-code', 'onCopy', ['code']],
  ['stop', 'stop', 'onStop', []],
] as const)('the palette found nothing for "%s"', (words, id, action, args) => {
  const options = createOptions({ isRunning: true })
  const [found] = find(options, words)
  expect(found?.id).toBe(id)
  found?.run()
  expect(options[action]).toHaveBeenCalledExactlyOnceWith(...args)
})

test('what cannot be done is not offered', () => {
  const ids = (change: Partial<ConversationCommandsOptions>) => conversationCommands(createOptions(change)).map(({ id }) => id)
  expect(ids({})).not.toContain('stop')
  expect(ids({ hasText: false, hasCode: false, lastAnswerId: null })).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(?:copy-|regenerate)/u)]),
  )
  expect(ids({ conversation: null })).not.toContain('rename-this')
  expect(ids({ leafId: null })).toEqual([])
})
