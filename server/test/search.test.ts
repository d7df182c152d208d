import { randomUUID } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import fc from 'fast-check'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { indexOlderBatch } from '../src/search/index-older.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { follow } from './follow.ts'
import { createGate, inTurn, text, tokens, toolCalls } from '../testing/scripted-provider/index.ts'
import { ask, send } from './send.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

type Filters = Partial<Parameters<TestUser['client']['search']['messages']['query']>[0]>

const search = (user: TestUser, query: string, more: Filters = {}) => user.client.search.messages.query({ query, ...more })
const found = async (user: TestUser, query: string, more: Filters = {}) =>
  (await search(user, query, more)).items.map(({ messageId }) => messageId)

async function answer(user: TestUser, question: string, reply: string, more: Parameters<typeof ask>[2] = {}) {
  app.provider.script(text(reply))
  return ask(user, question, more)
}

test('questions and answers are found by their words, with the words around them', async () => {
  const user = await app.createUser()
  const sent = await answer(user, 'How do lighthouses work?', 'A Fresnel lens bends the **light** into one beam.')
  const { items, nextCursor } = await search(user, 'fresnel beam')
  expect(items).toHaveLength(1)
  expect(items[0]).toMatchObject({
    conversationId: sent.conversationId,
    conversationTitle: 'How do lighthouses work?',
    archived: false,
    messageId: sent.assistantMessageId,
    role: 'assistant',
    model: 'scripted-1',
    hasToolCalls: false,
    snippet: { text: 'A Fresnel lens bends the light into one beam.' },
  })
  const snippet = items[0]?.snippet
  expect(snippet?.ranges.map(({ start, end }) => snippet.text.slice(start, end))).toEqual(['Fresnel', 'beam'])
  expect(nextCursor).toBeNull()
  expect(await found(user, 'lighthouses')).toEqual([sent.userMessageId])
  expect(await found(user, 'nowhere')).toEqual([])
})

test('accents, case, prefixes, phrases and exclusions', async () => {
  const user = await app.createUser()
  const one = await answer(user, 'Crème brûlée à la façon de Zoë', 'no')
  const other = await answer(user, 'The brulee of la creme, please', 'no')
  const ids = [other.userMessageId, one.userMessageId]
  expect((await found(user, 'CREME brulée')).toSorted()).toEqual(ids.toSorted())
  expect(await found(user, 'creme br')).toHaveLength(2)
  expect(await found(user, 'br creme')).toEqual([])
  expect(await found(user, '"creme brulee"')).toEqual([one.userMessageId])
  expect(await found(user, '"brulee of la"')).toEqual([other.userMessageId])
  expect(await found(user, '"creme bru"')).toEqual([])
  expect(await found(user, 'creme -zoe')).toEqual([other.userMessageId])
  expect(await found(user, 'creme -"la creme"')).toEqual([one.userMessageId])
})

test('texts without spaces are found by any part of them', async () => {
  const user = await app.createUser()
  const japanese = await answer(user, 'データベースの全文検索について', '이것은 한국어 문장입니다')
  const thai = await answer(user, 'ภาษาไทยง่ายมาก', '数据库索引')
  expect(await found(user, '全文検索')).toEqual([japanese.userMessageId])
  expect(await found(user, '検索')).toEqual([japanese.userMessageId])
  expect(await found(user, '索')).toHaveLength(2)
  expect(await found(user, 'いて')).toEqual([japanese.userMessageId])
  expect(await found(user, '検索 全文')).toEqual([japanese.userMessageId])
  expect(await found(user, '検文')).toEqual([])
  expect(await found(user, '한국어')).toEqual([japanese.assistantMessageId])
  expect(await found(user, '국어')).toEqual([japanese.assistantMessageId])
  expect(await found(user, 'ไทย')).toEqual([thai.userMessageId])
  expect(await found(user, '索引')).toEqual([thai.assistantMessageId])
})

test('no user finds what belongs to another (attack C7)', async () => {
  const [one, other] = [await app.createUser(), await app.createUser()]
  const secret = await answer(one, 'my secret is walrus', 'walrus it is')
  expect(await found(one, 'walrus')).toHaveLength(2)
  expect(await search(other, 'walrus')).toEqual({ items: [], conversations: [], nextCursor: null })
  await expect(search(other, 'walrus', { conversationId: secret.conversationId })).rejects.toMatchObject({
    data: { code: 'NOT_FOUND' },
  })
})

test('role, model, tool calls, conversation and days narrow it down', async () => {
  const user = await app.createUser()
  const one = await answer(user, 'otter one', 'otter answer')
  const other = await answer(user, 'otter two', 'otter reply', { model: 'scripted-2' })
  app.provider.script(inTurn(toolCalls({ name: 'list_tasks', args: { status: 'all' } }), text('Nothing but a badger.')))
  const tool = await ask(user, 'What is to do?', { conversationId: other.conversationId })
  const all = [one, other].flatMap(({ userMessageId, assistantMessageId }) => [userMessageId, assistantMessageId])
  expect((await found(user, 'otter')).toSorted()).toEqual(all.toSorted())
  expect((await found(user, 'otter', { role: 'user' })).toSorted()).toEqual([one.userMessageId, other.userMessageId].toSorted())
  expect(await found(user, 'otter', { model: 'scripted-2' })).toEqual([other.assistantMessageId])
  expect(await found(user, 'otter', { conversationId: one.conversationId })).toHaveLength(2)
  expect(await found(user, 'otter', { hasToolCalls: true })).toEqual([])
  expect(await found(user, 'badger', { hasToolCalls: true })).toEqual([tool.assistantMessageId])
  expect(await found(user, 'badger', { hasToolCalls: false })).toEqual([])
  const today = new Date().toISOString().slice(0, 10)
  expect(await found(user, 'otter', { from: today })).toHaveLength(4)
  expect(await found(user, 'otter', { to: '2020-01-01' })).toEqual([])
  expect(await found(user, 'otter', { from: '9999-12-31', utcOffsetMinutes: -840 })).toEqual([])
})

test('titles are found too, with the first page and without filters of messages', async () => {
  const user = await app.createUser()
  const { id } = await user.client.conversations.create.mutate({ title: 'Sailing to Åland' })
  expect(await search(user, 'aland')).toMatchObject({
    items: [],
    conversations: [{ id, title: 'Sailing to Åland', ranges: [{ start: 11, end: 16 }], archived: false }],
  })
  expect(await search(user, 'aland', { role: 'user' })).toMatchObject({ conversations: [] })
  await user.client.conversations.update.mutate({ conversationId: id, title: 'Rowing home' })
  expect(await search(user, 'aland')).toMatchObject({ conversations: [] })
  expect(await search(user, 'rowi')).toMatchObject({ conversations: [{ id }] })
})

test('an answer is found at its end, not before', async () => {
  const user = await app.createUser()
  const gate = createGate()
  app.provider.script(tokens(6, { stopAfter: 3, then: gate }))
  const sent = await send(user, 'count for me')
  const reader = follow(user.client, sent.conversationId)
  await reader.until(() => (reader.message(sent.assistantMessageId)?.content ?? '') !== '')
  const part = 't1'
  expect(await found(user, part, { role: 'assistant' })).toEqual([])
  expect(await found(user, 'count')).toEqual([sent.userMessageId])
  gate.open()
  await reader.until(() => reader.message(sent.assistantMessageId)?.status === 'completed')
  reader.stop()
  expect(await found(user, part, { role: 'assistant' })).toEqual([sent.assistantMessageId])
})

test('the archive is found and says so; the trash is not, until it is restored', async () => {
  const user = await app.createUser()
  const { conversationId } = await answer(user, 'a heron stands', 'a heron flies')
  await user.client.conversations.update.mutate({ conversationId, archived: true })
  expect((await search(user, 'heron')).items).toMatchObject([{ archived: true }, { archived: true }])
  expect(await found(user, 'heron', { includeArchived: false })).toEqual([])
  await user.client.conversations.delete.mutate({ conversationId })
  expect(await search(user, 'heron')).toEqual({ items: [], conversations: [], nextCursor: null })
  await user.client.conversations.restore.mutate({ conversationId })
  expect(await found(user, 'heron')).toHaveLength(2)
  await user.client.conversations.delete.mutate({ conversationId, permanent: true })
  expect(await found(user, 'heron')).toEqual([])
  const { searchDocuments, searchTitles } = schema
  const { queries } = app.database
  expect(await queries.$count(searchDocuments, eq(searchDocuments.conversationId, conversationId))).toBe(0)
  expect(await queries.$count(searchTitles, eq(searchTitles.conversationId, conversationId))).toBe(0)
})

test('a deleted message is not found; edited and forked ones are', async () => {
  const user = await app.createUser()
  const sent = await answer(user, 'a gannet dives', 'deep')
  app.provider.script(text('deeper'))
  await user.client.messages.edit.mutate({ requestId: randomUUID(), messageId: sent.userMessageId, content: 'a gannet swims' })
  const fork = await user.client.conversations.fork.mutate({ requestId: randomUUID(), messageId: sent.userMessageId })
  const hits = (await search(user, 'gannet')).items
  expect(hits.map(({ conversationId }) => conversationId).toSorted()).toEqual(
    [sent.conversationId, sent.conversationId, fork.id].toSorted(),
  )
  await user.client.messages.delete.mutate({ requestId: randomUUID(), messageId: sent.userMessageId })
  expect(await found(user, 'gannet dives')).toHaveLength(1)
})

test('pages follow each other without a repeat and without a gap, while more is written', async () => {
  const user = await app.createUser()
  const { conversationId } = await answer(user, 'start', 'ok')
  const { messages, conversations } = schema
  const { queries } = app.database
  const ids = Array.from({ length: 450 }, () => randomUUID())
  await queries.insert(messages).values(
    ids.map((id, index) => ({
      id,
      conversationId,
      role: 'user' as const,
      status: 'completed' as const,
      parts: JSON.stringify([{ type: 'text', text: `pelican ${'fish '.repeat(index % 7)} number ${index}` }]),
      addedSeq: 1_000 + index,
      createdAt: new Date(Date.now() - index * 1_000),
      updatedAt: new Date(),
    })),
  )
  await queries.update(conversations).set({ messageCount: 452 }).where(eq(conversations.id, conversationId))
  await reindex()
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof search>> = await search(user, 'pelican', { cursor, limit: 50 })
    expect(page.items.length).toBeGreaterThan(0)
    seen.push(...page.items.map(({ messageId }) => messageId))
    cursor = page.nextCursor
    if (seen.length === 100) await answer(user, 'one more pelican', 'ok')
  } while (cursor !== null)
  expect(seen.toSorted()).toEqual(ids.toSorted())
  // Side by side only once, far down.
  expect(await found(user, '"number 444"')).toEqual([ids[444]])
})

async function reindex(): Promise<void> {
  await app.database.queries.delete(schema.searchProgress)
  while (await indexOlderBatch(app.database)) continue
}

test('messages written before there was an index are put into it, from where indexing stopped', async () => {
  const user = await app.createUser()
  const { conversationId } = await answer(user, 'an old albatross', 'a very old albatross')
  const { searchDocuments, searchTitles, searchProgress } = schema
  const { queries } = app.database
  await queries.delete(searchDocuments).where(eq(searchDocuments.conversationId, conversationId))
  await queries.delete(searchTitles).where(eq(searchTitles.conversationId, conversationId))
  expect(await search(user, 'albatross')).toMatchObject({ items: [], conversations: [] })
  await queries.delete(searchProgress)
  expect(await indexOlderBatch(app.database)).toBe(true)
  await reindex()
  expect(await found(user, 'albatross')).toHaveLength(2)
  expect((await search(user, 'albatross')).conversations).toHaveLength(1)
  expect(await indexOlderBatch(app.database)).toBe(false)
})

test('a very long answer of many different words is kept whole and found by its beginning', async () => {
  const user = await app.createUser()
  const words = Array.from({ length: 20_000 }, (_, index) => `w${(index * 7919).toString(36)}x`)
  const sent = await answer(user, 'everything', words.join(' '))
  expect(sent.response).toHaveLength(words.join(' ').length)
  expect(await found(user, `"${words[10]} ${words[11]}"`)).toEqual([sent.assistantMessageId])
  expect(await found(user, words[15_000] ?? '')).toEqual([sent.assistantMessageId])
})

test('queries that are refused, and a cursor that is not ours', async () => {
  const user = await app.createUser()
  for (const query of ['', '  ', '\u200b', 'a\u0000b', 'a\ud800b', 'x'.repeat(501)]) {
    await expect(search(user, query)).rejects.toMatchObject({ data: { code: 'BAD_REQUEST' } })
  }
  for (const cursor of ['nonsense', '1_2_3_4', `1_0000-01-01T00:00:00Z_${randomUUID()}_0`]) {
    await expect(search(user, 'word', { cursor })).rejects.toMatchObject({ data: { code: 'BAD_REQUEST' } })
  }
  expect(await search(user, '?! ... &')).toEqual({ items: [], conversations: [], nextCursor: null })
})

test('any query is answered, and every word of a message finds it (attack E10)', async () => {
  const user = await app.createUser()
  const { conversationId } = await answer(user, 'begin', 'ok')
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), async (content) => {
      fc.pre(content.trim() !== '' && !content.includes('\u0000') && content.isWellFormed() && /[\p{L}\p{N}]/u.test(content))
      app.provider.script(text('ok'))
      const { userMessageId } = await send(user, content, { conversationId, parentId: null })
      await search(user, content)
      for (const word of content.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []) {
        if (!/[\p{L}\p{N}]/u.test(word)) continue
        const ids = await found(user, word, { limit: 50 })
        if (ids.length < 50) expect(ids).toContain(userMessageId)
      }
    }),
    { numRuns: 40 },
  )
  const operators = fc.string({
    unit: fc.constantFrom('"', '-', "'", ':', '*', '&', '|', '!', '<', '(', '\\', 'a', ' ', '検', '“'),
  })
  await fc.assert(
    fc.asyncProperty(operators, async (query) => {
      fc.pre(query.trim() !== '')
      await search(user, query)
    }),
    { numRuns: 100 },
  )
})
