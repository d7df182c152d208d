import { randomUUID } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { schema } from '@holdfast/drizzle'
import { applyEvents, snapshotToState, type Conversation, type EventRecord, type Message } from '@holdfast/shared'
import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { rowsToMessages } from '../src/conversation-store/message-row.ts'
import { readLog } from '../src/event-log/read-log.ts'
import { connect, createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { text } from '../testing/scripted-provider/index.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'
import { chatgptConversations, chatgptTree, makeChatgptArchive } from './import-fixtures/chatgpt-export.ts'
import { makeClaudeArchive } from './import-fixtures/claude-export.ts'
import { librechatList, librechatTree } from './import-fixtures/librechat-export.ts'
import { lobechatBrowser } from './import-fixtures/lobechat-export.ts'
import { makeZip } from './import-fixtures/make-zip.ts'
import { openWebuiChats } from './import-fixtures/open-webui-export.ts'
import { runImport, waitForImport } from './run-import.ts'
import { ask } from './send.ts'
import { createUpload, upload } from './upload.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

async function listAll(user: TestUser): Promise<Conversation[]> {
  const [shown, archived] = await Promise.all([
    user.client.conversations.list.query({ limit: 100 }),
    user.client.conversations.list.query({ limit: 100, archived: true }),
  ])
  return [...shown.items, ...archived.items]
}

/** The only conversation of a user. */
async function readOnly(user: TestUser): Promise<Conversation> {
  const [conversation, ...others] = await listAll(user)
  if (!conversation || others.length > 0) throw new Error(`there are ${others.length + 1} conversations`)
  return conversation
}

async function readTree(user: TestUser, conversationId: string): Promise<Message[]> {
  return (await user.client.conversations.export.query({ conversationId, limit: 200 })).messages as Message[]
}

/** Log and rows tell the same of a conversation, and the search index knows its messages. */
async function expectSound(conversation: Conversation): Promise<void> {
  const { queries } = app.database
  const { messages } = schema
  const records: EventRecord[] = []
  for (
    let page = await readLog(queries, conversation.id, 0);
    page.length > 0;
    page = await readLog(queries, conversation.id, records.length)
  ) {
    records.push(...page)
  }
  const empty: Conversation = { ...conversation, messageCount: 0, activeMessageId: null }
  const folded = applyEvents(snapshotToState({ conversation: empty, messages: [], cursor: '0', nextCursor: null }), records)
  const rows = await queries
    .select()
    .from(messages)
    .where(and(eq(messages.conversationId, conversation.id), isNull(messages.deletedAt)))
    .orderBy(asc(messages.addedSeq))
  const truth = await rowsToMessages(queries, conversation.id, rows)
  expect(folded.conversation).toEqual(conversation)
  expect(folded.running).toEqual({})
  expect(Object.values(folded.settled).toSorted(byId)).toEqual(truth.toSorted(byId))
  expect(conversation.messageCount).toBe(truth.length)
}

const byId = (one: Message, other: Message) => (one.id < other.id ? -1 : 1)

const files: readonly (readonly [source: string, conversations: number, messages: number, make: () => string | Uint8Array])[] = [
  ['chatgpt', 2, 7, () => makeChatgptArchive()],
  ['claude', 2, 6, () => makeClaudeArchive()],
  ['open-webui', 2, 6, () => JSON.stringify(openWebuiChats)],
  ['librechat', 2, 9, () => makeZip({ 'a.json': JSON.stringify(librechatList), 'b.json': JSON.stringify(librechatTree) })],
  ['lobechat', 2, 7, () => JSON.stringify(lobechatBrowser)],
]

test.each(files)(
  '[I1] %s: the history comes over as it was, and the same file again adds nothing',
  async (source, conversations, messages, make) => {
    const user = await app.createUser()
    const content = make()
    const first = await runImport(app, user, content)
    expect(first).toMatchObject({ source, state: 'done', conversations, messages, fileName: 'export' })
    expect(first.endedAt).not.toBeNull()
    const before = await listAll(user)
    expect(before).toHaveLength(conversations)
    for (const conversation of before) await expectSound(conversation)
    const trees = await Promise.all(before.map(({ id }) => readTree(user, id)))

    const second = await runImport(app, user, content)
    expect(second).toMatchObject({ state: 'done', conversations: 0, messages: 0 })
    expect(second.skipped).toBe(first.skipped + conversations)
    expect(await listAll(user)).toEqual(before)
    expect(await Promise.all(before.map(({ id }) => readTree(user, id)))).toEqual(trees)
  },
)

test('times, model, instructions, pin, archive and the shown branch are those of the source; pictures open and words are found', async () => {
  const user = await app.createUser()
  const { problems } = await runImport(app, user, makeChatgptArchive())
  const conversation = (await listAll(user)).find(({ title }) => title === 'Plot a sine')
  if (!conversation) throw new Error('it was not imported')
  expect(conversation).toMatchObject({
    model: 'gpt-5',
    instructions: 'I am an SRE.\n\nBe brief.',
    pinned: true,
    archived: true,
    unread: false,
    createdAt: '2025-08-24T01:46:40.123Z',
    updatedAt: '2025-08-24T01:53:20.654Z',
  })
  const shown = await user.client.conversations.get.query({ conversationId: conversation.id })
  expect(shown.messages.map(({ role, model, createdAt }) => ({ role, model, createdAt }))).toEqual([
    { role: 'user', model: null, createdAt: '2025-08-24T01:46:41.500Z' },
    { role: 'assistant', model: 'gpt-4o', createdAt: '2025-08-24T01:46:42.000Z' },
  ])
  const [question] = shown.messages
  const picture = question?.parts[0]
  if (picture?.type !== 'file') throw new Error('the picture is missing')
  expect(picture).toMatchObject({ name: 'wave.png', mediaType: 'image/png', width: 1, height: 1 })
  const { url } = await user.client.files.url.query({ fileId: picture.fileId, variant: 'original' })
  const response = await fetch(new URL(url, app.url))
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png'])
  const found = await user.client.search.messages.query({ query: 'cosine' })
  expect(found.items.map(({ conversationId }) => conversationId)).toEqual([conversation.id])
  expect(problems).toContainEqual({ what: '“Plot a sine”: notes.pdf', why: 'The archive does not hold it' })
})

test('an imported conversation goes on like any other', async () => {
  const user = await app.createUser()
  await runImport(app, user, JSON.stringify([librechatTree]))
  const conversation = await readOnly(user)
  app.provider.script(text('You are welcome.'))
  const answer = await ask(user, 'And now?', { conversationId: conversation.id })
  expect(answer).toMatchObject({ status: 'completed', response: 'You are welcome.' })
  // A title that came along is not replaced.
  expect((await listAll(user))[0]?.title).toBe('Nested')
})

test('a newer export adds its new messages and nothing else: what was deleted, renamed or continued here stays so', async () => {
  const user = await app.createUser()
  await runImport(app, user, JSON.stringify([chatgptTree]))
  const before = await readOnly(user)
  const conversationId = before.id
  const tree = await readTree(user, conversationId)
  const cosine = tree.find(({ content }) => content === 'Plot a cosine.')?.id ?? ''
  await user.client.messages.delete.mutate({ requestId: randomUUID(), messageId: cosine })
  await user.client.conversations.update.mutate({ conversationId, title: 'Waves' })
  const poll = await user.client.messages.poll.query({ conversationId })
  const { mapping } = chatgptTree
  const added = (id: string, parent: string, words: string, at: number) => [
    id,
    {
      id,
      parent,
      children: [],
      message: { id, author: { role: 'user' }, create_time: at, content: { content_type: 'text', parts: [words] } },
    },
  ]
  const newer = {
    ...chatgptTree,
    title: 'Another title',
    update_time: 1_757_000_000,
    current_node: 'question-3',
    mapping: {
      ...mapping,
      answer: { ...mapping['answer'], children: ['question-3'] },
      'question-2': { ...mapping['question-2'], children: ['question-4'] },
      ...Object.fromEntries([
        added('question-3', 'answer', 'Thanks', 1_757_000_000),
        added('question-4', 'question-2', 'Below what was deleted', 1_757_000_001),
      ]),
    },
  }
  const done = await runImport(app, user, JSON.stringify([newer]))
  expect(done).toMatchObject({ conversations: 1, messages: 2, skipped: 0 })
  const after = await readOnly(user)
  expect(after).toMatchObject({ title: 'Waves', messageCount: before.messageCount + 1, updatedAt: '2025-09-04T15:33:20.000Z' })
  const now = await readTree(user, conversationId)
  const thanks = now.find(({ content }) => content === 'Thanks')
  expect(after.activeMessageId).toBe(thanks?.id)
  expect(now.find(({ content }) => content === 'Below what was deleted')?.parentId).toBeNull()
  await expectSound(after)
  // Whoever polls the conversation gets them.
  const polled = await user.client.messages.poll.query({ conversationId, since: poll.now })
  expect(polled.messages.map(({ content }) => content)).toEqual(expect.arrayContaining(['Thanks', 'Below what was deleted']))
})

test('a conversation in the trash stays there and is named; one that was deleted for good comes back', async () => {
  const user = await app.createUser()
  const content = JSON.stringify([librechatTree])
  await runImport(app, user, content)
  const [{ id: conversationId } = { id: '' }] = await listAll(user)
  await user.client.conversations.delete.mutate({ conversationId })
  expect(await runImport(app, user, content)).toMatchObject({
    conversations: 0,
    skipped: 1,
    problems: [{ what: '“Nested”', why: 'It is in the trash. Restore it there' }],
  })
  await user.client.conversations.delete.mutate({ conversationId, permanent: true })
  expect(await runImport(app, user, content)).toMatchObject({ conversations: 1, messages: 4 })
})

test('two users import the same file: each has a history of their own', async () => {
  const [one, other] = [await app.createUser(), await app.createUser()]
  const content = JSON.stringify(chatgptConversations)
  expect(await runImport(app, one, content)).toMatchObject({ conversations: 2 })
  expect(await runImport(app, other, content)).toMatchObject({ conversations: 2 })
  const ids = [...(await listAll(one)), ...(await listAll(other))].map(({ id }) => id)
  expect(new Set(ids).size).toBe(4)
})

/** A document with this many conversations of two messages. */
function makeMany(count: number): string {
  return JSON.stringify(
    Array.from({ length: count }, (_, n) => ({
      uuid: `many-${n}`,
      name: `Conversation ${n}`,
      created_at: '2026-01-01T00:00:00Z',
      chat_messages: [
        { uuid: `q-${n}`, sender: 'human', text: `Question ${n}`, content: [], created_at: '2026-01-01T00:00:00Z' },
        { uuid: `a-${n}`, sender: 'assistant', text: `Answer ${n}`, content: [], created_at: '2026-01-01T00:00:01Z' },
      ],
    })),
  )
}

test('[I2] an import that is cancelled in the middle keeps what it has, and another one adds the rest', async () => {
  const user = await app.createUser()
  const { id: fileId } = await upload(app, user, makeMany(150), { name: 'many.json' })
  const importId = randomUUID()
  const started = await user.client.imports.start.mutate({ fileId, importId })
  expect(started).toMatchObject({ id: importId, source: 'claude', fileName: 'many.json' })
  // A repeat, and another start of the file, give the same import.
  expect((await user.client.imports.start.mutate({ fileId, importId })).id).toBe(importId)
  expect((await user.client.imports.start.mutate({ fileId })).id).toBe(importId)
  let progress = started
  while (progress.conversations < 3) progress = await user.client.imports.get.query({ importId })
  expect(progress).toMatchObject({ state: 'running', total: 150 })
  const cancelled = await user.client.imports.cancel.mutate({ importId })
  expect(cancelled.state).toBe('cancelled')
  expect(cancelled.conversations).toBeLessThan(150)
  const { items } = await user.client.conversations.list.query({ limit: 1 })
  expect(items).toHaveLength(1)
  expect(await user.client.imports.cancel.mutate({ importId })).toEqual(cancelled)

  const again = await user.client.imports.start.mutate({ fileId })
  expect(again.id).not.toBe(importId)
  const done = await waitForImport(user, again.id)
  expect(done).toMatchObject({ state: 'done', conversations: 150 - cancelled.conversations, skipped: cancelled.conversations })
  // It had stopped where it said.
  expect(await user.client.imports.get.query({ importId })).toEqual(cancelled)
  expect((await user.client.imports.list.query({})).items.map(({ id }) => id)).toEqual([again.id, importId])
})

// On Postgres every test server has a database of its own, so the second one would not find the import.
test.skipIf(process.env['TEST_DATABASE'] === 'postgres')(
  '[I2] an import goes on after the server was stopped in the middle, and counts nothing twice',
  async () => {
    await using directory = await createTemporaryDirectory()
    const env = { DATA_DIR: directory.path, FILE_MAX_BYTES: '2000' }
    const first = await createTestApp({ env })
    const user = await first.createUser()
    // An export may be larger than other files.
    const content = makeMany(120)
    expect((await createUpload(first, user, content.length)).status).toBe(413)
    const { id: fileId } = await upload(first, user, content, { purpose: 'import' })
    const { id: importId } = await user.client.imports.start.mutate({ fileId })
    let progress = await user.client.imports.get.query({ importId })
    while (progress.conversations < 3) progress = await user.client.imports.get.query({ importId })
    await first[Symbol.asyncDispose]()
    await using second = await createTestApp({ env })
    const later = connect(second.url, user.token)
    const done = await waitForImport(later, importId)
    expect(done).toMatchObject({ state: 'done', conversations: 120, messages: 240, skipped: 0, problems: [] })
    expect(await second.database.queries.$count(schema.conversations)).toBe(120)
    await later.close()
  },
)

// On Postgres every test server has a database of its own, so the second one would not find the import.
test.skipIf(process.env['TEST_DATABASE'] === 'postgres')(
  '[I2] an import whose file cannot be read for a while leaves nothing out',
  async () => {
    await using directory = await createTemporaryDirectory()
    const env = { DATA_DIR: directory.path }
    const first = await createTestApp({ env })
    const user = await first.createUser()
    const { id: fileId } = await upload(first, user, makeMany(120))
    const { id: importId } = await user.client.imports.start.mutate({ fileId })
    let progress = await user.client.imports.get.query({ importId })
    while (progress.conversations < 3) progress = await user.client.imports.get.query({ importId })
    await first[Symbol.asyncDispose]()
    const storage = join(directory.path, 'files')
    await rename(storage, `${storage}.away`)
    await using second = await createTestApp({ env })
    // More often than an item may end the work before it is left out.
    await vi.waitFor(() => expect(second.logs.filter(({ event }) => event === 'job-failed').length).toBeGreaterThan(4), 60_000)
    await rm(storage, { recursive: true, force: true })
    await rename(`${storage}.away`, storage)
    const later = connect(second.url, user.token)
    expect(await waitForImport(later, importId)).toMatchObject({ state: 'done', conversations: 120, skipped: 0, problems: [] })
    await later.close()
  },
)

test('[I2] a conversation that fails each time is left out and named; the others are imported', async () => {
  const user = await app.createUser()
  await app.database.queries.execute(
    sql.raw(`create function refuse_row() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$`),
  )
  await app.database.queries.execute(
    sql.raw(
      `create trigger refuse_row before insert on conversations for each row when (new.title = 'Unwritable') execute function refuse_row()`,
    ),
  )
  const content = makeMany(3).replace('"Conversation 1"', '"Unwritable"')
  expect(await runImport(app, user, content)).toMatchObject({
    state: 'done',
    total: 3,
    conversations: 2,
    messages: 4,
    skipped: 1,
    problems: [{ what: '“Unwritable”', why: 'The server failed to write it' }],
  })
  expect((await listAll(user)).map(({ title }) => title).toSorted()).toEqual(['Conversation 0', 'Conversation 2'])
})

test('[I3] a file that ends in the middle fails with what it held up to there', async () => {
  const user = await app.createUser()
  const whole = makeMany(20)
  const failed = await runImport(app, user, whole.slice(0, whole.indexOf('many-15')), 'cut.json')
  expect(failed).toMatchObject({
    state: 'failed',
    conversations: 15,
    problems: [{ what: 'cut.json', why: 'The file is not complete JSON' }],
  })
  expect(failed).not.toHaveProperty('total')
})

test('more problems than anybody reads are counted', async () => {
  const user = await app.createUser()
  const content = Array.from({ length: 1_005 }, (_, n) => ({ type: `kind-${n}` }))
  const odd = { uuid: 'odd', name: 'Odd', chat_messages: [{ uuid: 'q', sender: 'human', text: 'Hi', content }] }
  const { problems } = await runImport(app, user, JSON.stringify([odd]))
  expect(problems).toHaveLength(1_001)
  expect(problems.at(-1)).toEqual({ what: '5 more', why: 'Only the first 1000 are listed' })
})

test('what is no export, not there or not ready is refused, and names the field', async () => {
  const [user, stranger] = [await app.createUser(), await app.createUser()]
  const { id: fileId } = await upload(app, user, '{"hello":"world"}', { name: 'a.json' })
  const start = (who: TestUser, input: { fileId: string }) => who.client.imports.start.mutate(input)
  await expect(start(user, { fileId })).rejects.toMatchObject({
    data: { code: 'BAD_REQUEST', issues: [{ path: 'fileId', message: expect.stringContaining('is not an export of') }] },
  })
  await expect(start(stranger, { fileId })).rejects.toMatchObject({ data: { code: 'NOT_FOUND' } })
  await expect(start(user, { fileId: randomUUID() })).rejects.toMatchObject({ data: { code: 'NOT_FOUND' } })
  const good = await runImport(app, user, JSON.stringify([librechatTree]))
  await expect(stranger.client.imports.get.query({ importId: good.id })).rejects.toMatchObject({ data: { code: 'NOT_FOUND' } })
  await expect(stranger.client.imports.cancel.mutate({ importId: good.id })).rejects.toMatchObject({
    data: { code: 'NOT_FOUND' },
  })
  await expect(stranger.client.imports.start.mutate({ fileId, importId: good.id })).rejects.toMatchObject({
    data: { reason: 'id-taken' },
  })
  expect((await stranger.client.imports.list.query({})).items).toEqual([])
})
