import { expect, test } from 'vitest'
import { chatgptConversations, makeChatgptArchive } from '../../../test/import-fixtures/chatgpt-export.ts'
import { claudeConversations, makeClaudeArchive } from '../../../test/import-fixtures/claude-export.ts'
import { librechatList, librechatTree } from '../../../test/import-fixtures/librechat-export.ts'
import { lobechatBrowser, lobechatDatabase } from '../../../test/import-fixtures/lobechat-export.ts'
import { makeZip } from '../../../test/import-fixtures/make-zip.ts'
import { openWebuiChats } from '../../../test/import-fixtures/open-webui-export.ts'
import { readItems, toImportFile, toOutline } from '../../../test/import-fixtures/read-items.ts'

test('ChatGPT: a tree of nodes becomes questions and answers, with what the archive holds', async () => {
  const { source, count, conversations, problems } = await readItems(toImportFile(makeChatgptArchive()))
  expect({ source, count }).toEqual({ source: 'chatgpt', count: 3 })
  expect(
    conversations.map((each) => ({ outline: toOutline(each), ...each, messages: each.messages.length, problems: 0 })),
  ).toMatchSnapshot('conversations')
  expect(problems).toMatchSnapshot('problems')
})

test('ChatGPT: the document alone is read as well, and one conversation of it', async () => {
  const whole = await readItems(toImportFile(JSON.stringify(chatgptConversations)))
  expect(whole.conversations).toHaveLength(2)
  expect(whole.problems.filter(({ why }) => why === 'The archive does not hold it').map(({ what }) => what)).toEqual([
    '“Plot a sine”: a picture',
    '“Plot a sine”: a recording',
    '“Plot a sine”: notes.pdf',
    '“Plot a sine”: a plot',
  ])
  const one = await readItems(toImportFile(JSON.stringify(chatgptConversations[0])))
  expect(one.conversations.map(({ title }) => title)).toEqual(['Plot a sine'])
})

test('ChatGPT: an archive may have several documents', async () => {
  const [first, second] = chatgptConversations
  const zip = makeZip({
    'x/conversations-000.json': JSON.stringify([first]),
    'x/conversations-001.json': JSON.stringify([second]),
    'x/user.json': '{"a":1}',
  })
  const { conversations, problems } = await readItems(toImportFile(zip))
  expect(conversations).toHaveLength(2)
  expect(problems.filter(({ what }) => what.startsWith('x/'))).toEqual([])
})

test('Claude: trees and lists, thoughts, tools and pasted texts', async () => {
  const { source, count, conversations, problems } = await readItems(toImportFile(makeClaudeArchive()))
  expect({ source, count }).toEqual({ source: 'claude', count: 3 })
  expect(
    conversations.map((each) => ({ outline: toOutline(each), ...each, messages: each.messages.length, problems: 0 })),
  ).toMatchSnapshot('conversations')
  expect(problems).toMatchSnapshot('problems')
  expect((await readItems(toImportFile(JSON.stringify(claudeConversations)))).conversations).toHaveLength(2)
})

test('Open WebUI: what stands in the text as HTML becomes parts', async () => {
  const { source, count, conversations, problems } = await readItems(toImportFile(JSON.stringify(openWebuiChats)))
  expect({ source, count }).toEqual({ source: 'open-webui', count: 2 })
  expect(
    conversations.map((each) => ({ outline: toOutline(each), ...each, messages: each.messages.length, problems: 0 })),
  ).toMatchSnapshot('conversations')
  expect(problems).toMatchSnapshot('problems')
})

test('LibreChat: lists and trees, alone and in a zip', async () => {
  const alone = await readItems(toImportFile(JSON.stringify(librechatList)))
  expect({ source: alone.source, count: alone.count }).toEqual({ source: 'librechat', count: 1 })
  expect(
    alone.conversations.map((each) => ({ outline: toOutline(each), ...each, messages: each.messages.length, problems: 0 })),
  ).toMatchSnapshot('conversations')
  expect(alone.problems).toMatchSnapshot('problems')
  const zip = makeZip({
    'a.json': JSON.stringify(librechatList),
    'b.json': JSON.stringify(librechatTree),
    'notes.json': '{"a":[1]}',
  })
  const both = await readItems(toImportFile(zip))
  expect(both.conversations.map(({ title }) => title)).toEqual(['A long story', 'Nested'])
  expect(both.conversations.slice(1).flatMap(toOutline)).toEqual([
    'user: How?',
    '  assistant: So.',
    '    user: Thanks',
    '  assistant: Or so.',
  ])
  expect(both.problems.at(0)).toEqual({ what: 'notes.json', why: 'It holds no conversations of a known kind' })
})

test('LobeChat: messages are sorted to their topics, in exports of the browser and of the database', async () => {
  const browser = await readItems(toImportFile(JSON.stringify(lobechatBrowser)))
  expect({ source: browser.source, count: browser.count }).toEqual({ source: 'lobechat', count: null })
  const inOrder = browser.conversations.toSorted((one, other) => (one.sourceId < other.sourceId ? -1 : 1))
  expect(
    inOrder.map((each) => ({ outline: toOutline(each), ...each, messages: each.messages.length, problems: 0 })),
  ).toMatchSnapshot('conversations')
  expect(browser.problems).toMatchSnapshot('problems')
  const database = await readItems(toImportFile(JSON.stringify(lobechatDatabase)))
  expect(database.conversations.map(({ title, instructions, model }) => ({ title, instructions, model }))).toEqual([
    { title: 'A painting', instructions: 'Paint.', model: 'gpt-4o-mini' },
  ])
  expect(database.conversations.flatMap(toOutline)).toEqual([
    'user: Paint',
    '  assistant: {midjourney.showMJ {"p":1} done "done"}',
    '    user: Thanks',
  ])
  expect(database.problems).toEqual([
    { what: 'Plugins, providers and other settings (1)', why: 'Settings of LobeChat have no place here' },
  ])
})

test.each([
  ['a picture', Buffer.from('not json at all')],
  ['some other JSON', Buffer.from('{"hello":["world"]}')],
  ['an empty list', Buffer.from('[]')],
  ['nothing', Buffer.alloc(0)],
])('%s is not an export', async (_name, bytes) => {
  await expect(readItems(toImportFile(bytes))).rejects.toThrow('is not an export of')
})

test('a zip without its end is damaged', async () => {
  const zip = makeChatgptArchive()
  await expect(readItems(toImportFile(zip.subarray(0, zip.length - 40)))).rejects.toThrow('damaged or incomplete')
})

test('Holdfast: reactions that nobody could have given, as in a file that was changed, are left out', async () => {
  const at = '2026-11-30T00:00:00.000Z'
  const given = ['star', 'star', '\u0000', 'x'.repeat(100_000), '🎉']
  const message = {
    ...{ id: 'a', conversationId: 'c', parentId: null, siblingIds: ['a'], role: 'user', status: 'completed', content: 'Hi' },
    ...{ parts: [{ type: 'text', text: 'Hi' }], model: null, usage: null, costMicroUsd: null, error: null },
    ...{ createdAt: at, updatedAt: at, reactions: given.map((reaction) => ({ reaction, userIds: ['u'] })) },
  }
  const conversation = {
    ...{ id: 'c', title: 'T', model: null, instructions: null, messageCount: 1, pinned: false, archived: false, unread: false },
    ...{ activeMessageId: 'a', state: 'idle', hasActiveGeneration: false, createdAt: at, updatedAt: at },
  }
  const file = { format: 'holdfast-export', version: 1, conversations: [{ conversation, messages: [message] }] }
  const { conversations } = await readItems(toImportFile(JSON.stringify(file)))
  expect(conversations.map(({ messages }) => messages.map(({ reactions }) => reactions))).toEqual([[['star', '🎉']]])
})
