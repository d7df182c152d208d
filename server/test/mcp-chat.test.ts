import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Id, ToolCallPart } from '@holdfast/shared'
import { schema } from '@holdfast/drizzle'
import { eq } from 'drizzle-orm'
import sharp from 'sharp'
import { afterEach, expect, test } from 'vitest'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { follow, type Follower } from './follow.ts'
import { createToolServer, textResult, type ServedTool, type ToolServer } from './mcp/tool-server.ts'
import { tokenToUserId } from './token-to-user-id.ts'
import { inTurn, text, toolCalls } from '../testing/scripted-provider/index.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'

const open: AsyncDisposable[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one[Symbol.asyncDispose]()
})

async function serve(tools: readonly ServedTool[]): Promise<ToolServer> {
  const server = await createToolServer(tools)
  open.push(server)
  return server
}

/** An app whose file of servers has the given ones. */
async function startApp(mcpServers: Record<string, object>, env: Record<string, string> = {}): Promise<TestApp> {
  const directory = await createTemporaryDirectory()
  open.push(directory)
  const file = join(directory.path, 'servers.json')
  writeFileSync(file, JSON.stringify({ mcpServers }))
  const app = await createTestApp({ env: { MCP_SERVERS: file, ...env } })
  open.push(app)
  return app
}

async function ask(user: TestUser, content = 'Please') {
  const sent = await user.client.messages.send.mutate({ requestId: randomUUID(), content })
  const reader = follow(user.client, sent.conversationId)
  return { ...sent, reader, end: () => reader.until(() => reader.message(sent.assistantMessageId)?.status === 'completed') }
}

function callsOf(reader: Follower, messageId: Id): ToolCallPart[] {
  return (reader.message(messageId)?.parts ?? []).filter((part) => part.type === 'tool-call')
}

/** The tools that the model was offered in its latest call. */
function offeredNames(app: TestApp): string[] {
  const body = app.provider.requests.at(-1)?.body as { tools?: { function: { name: string } }[] } | undefined
  return (body?.tools ?? []).map((tool) => tool.function.name)
}

test('an answer uses the tools of another server beside our own', async () => {
  const server = await serve([
    {
      name: 'forecast',
      description: 'The weather of a place',
      annotations: { readOnlyHint: true },
      inputSchema: {
        type: 'object',
        properties: { place: { type: 'string' } },
        required: ['place'],
        additionalProperties: false,
      },
      run: ({ place }) => textResult(JSON.stringify({ place, degrees: 21 })),
    },
  ])
  const app = await startApp({ weather: { url: server.url, trusted: true } })
  const user = await app.createUser()
  app.provider.script(
    inTurn(
      toolCalls(
        { name: 'mcp__weather__forecast', args: { place: 'Oslo' } },
        { name: 'add_task', args: { title: 'Pack a coat' } },
      ),
      text('21 degrees.'),
    ),
  )
  const { reader, assistantMessageId, end } = await ask(user)
  await end()
  expect(callsOf(reader, assistantMessageId)).toMatchObject([
    { name: 'mcp__weather__forecast', state: 'done', args: { place: 'Oslo' }, result: { place: 'Oslo', degrees: 21 } },
    { name: 'add_task', state: 'done' },
  ])
  expect(server.calls).toEqual([{ name: 'forecast', args: { place: 'Oslo' } }])
  expect(offeredNames(app)).toContain('mcp__weather__forecast')
  const toModel = app.provider.requests.at(-1)?.body.messages?.find(({ role }) => role === 'tool')
  expect(JSON.parse(String(toModel?.content))).toEqual({ place: 'Oslo', degrees: 21 })

  const { items, mcpServers } = await user.client.tools.list.query()
  expect(items.find(({ name }) => name === 'delete_task')).toMatchObject({
    source: 'holdfast',
    title: 'Delete task',
    needsApproval: true,
  })
  expect(items.at(-1)).toEqual({
    name: 'mcp__weather__forecast',
    title: 'forecast',
    description: 'The weather of a place',
    source: 'weather',
    needsApproval: false,
    readOnly: true,
  })
  expect(mcpServers).toEqual([{ name: 'weather', transport: 'http', state: 'connected', error: null, tools: 1 }])
  expect(app.logs).toContainEqual(expect.objectContaining({ event: 'tool', name: 'mcp__weather__forecast', outcome: 'done' }))
})

test.each([true, false])('a tool that may change something asks first; the person says %s', async (approve) => {
  const server = await serve([{ name: 'send', annotations: { readOnlyHint: true } }])
  // The server is not trusted, so its annotations of the tool are ignored.
  const app = await startApp({ mail: { url: server.url } })
  const user = await app.createUser()
  app.provider.script(inTurn(toolCalls({ name: 'mcp__mail__send', args: { to: 'Bob' } }), text('Done.')))
  const { reader, assistantMessageId, end } = await ask(user)
  await reader.until(() => reader.message(assistantMessageId)?.status === 'waiting')
  const [call] = callsOf(reader, assistantMessageId)
  expect(call).toMatchObject({ state: 'waiting', question: 'Let the server mail run send?', args: { to: 'Bob' } })
  expect(server.calls).toHaveLength(0)
  const { callId = '' } = call ?? {}
  await user.client.toolCalls.decide.mutate({ requestId: randomUUID(), messageId: assistantMessageId, callId, approve })
  await end()
  expect(server.calls).toHaveLength(approve ? 1 : 0)
  expect(callsOf(reader, assistantMessageId)).toMatchObject([{ state: approve ? 'done' : 'denied' }])
})

test('a server that hangs does not hang a chat', async () => {
  const server = await serve([{ name: 'late' }])
  server.intercept(() => {})
  const app = await startApp({ hanging: { url: server.url } })
  const user = await app.createUser()
  app.provider.script(text('Hello.'))
  await (await ask(user)).end()
  expect(offeredNames(app)).toContain('add_task')
  expect(offeredNames(app)).not.toContain('mcp__hanging__late')
  // It is still being waited for, in the background.
  expect((await user.client.tools.list.query()).mcpServers).toEqual([
    { name: 'hanging', transport: 'http', state: 'connecting', error: null, tools: 0 },
  ])
})

test('a call that is not answered in time is "outcome unknown": shown, reported to the model, never repeated', async () => {
  const server = await serve([{ name: 'pay', annotations: { readOnlyHint: true }, run: () => new Promise(() => {}) }])
  const app = await startApp({ bank: { url: server.url, trusted: true, timeoutMs: 400 } })
  const user = await app.createUser()
  app.provider.script(inTurn(toolCalls({ name: 'mcp__bank__pay', args: {} }), text('I do not know.')))
  const { reader, assistantMessageId, end, conversationId } = await ask(user)
  await end()
  const error = 'outcome unknown: it may or may not have happened. Check before doing it again. bank did not answer within 0.4 s.'
  expect(callsOf(reader, assistantMessageId)).toMatchObject([{ state: 'unknown', error }])
  expect(server.calls).toHaveLength(1)
  const toModel = app.provider.requests.at(-1)?.body.messages?.find(({ role }) => role === 'tool')
  expect(JSON.parse(String(toModel?.content))).toEqual({ error })
  const stored = await user.client.conversations.get.query({ conversationId })
  expect(stored.messages.at(-1)).toEqual(reader.message(assistantMessageId))
})

test('a call that changes something and is not answered in time waits for a person, and a stop ends the wait', async () => {
  const server = await serve([{ name: 'pay', run: () => new Promise(() => {}) }])
  const app = await startApp({ bank: { url: server.url, timeoutMs: 400 } })
  const user = await app.createUser()
  app.provider.script(inTurn(toolCalls({ name: 'mcp__bank__pay', args: {} }), text('I do not know.')))
  const { reader, assistantMessageId: messageId } = await ask(user)
  await reader.until(() => callsOf(reader, messageId)[0]?.state === 'waiting')
  const { callId = '' } = callsOf(reader, messageId)[0] ?? {}
  await user.client.toolCalls.decide.mutate({ requestId: randomUUID(), messageId, callId, approve: true })
  await reader.until(() => reader.message(messageId)?.status === 'waiting' && callsOf(reader, messageId)[0]?.state === 'unknown')
  expect(callsOf(reader, messageId)[0]).toMatchObject({ awaitsOutcome: true, error: expect.stringContaining('within 0.4 s') })
  expect(reader.state().conversation?.state).toBe('waiting')
  await user.client.messages.cancel.mutate({ messageId })
  await reader.until(() => reader.message(messageId)?.status === 'cancelled')
  expect(callsOf(reader, messageId)[0]?.state).toBe('unknown')
  expect(server.calls).toHaveLength(1)
})

test('a person changes the arguments of a call, which its schema checks, or says why it is denied: the model learns of both', async () => {
  const inputSchema = { type: 'object' as const, properties: { nights: { type: 'integer', maximum: 3 } }, required: ['nights'] }
  const server = await serve([{ name: 'book', inputSchema }])
  const app = await startApp({ hotel: { url: server.url } })
  const user = await app.createUser()
  const call = toolCalls({ name: 'mcp__hotel__book', args: { nights: 1 } }, { name: 'mcp__hotel__book', args: { nights: 2 } })
  app.provider.script(inTurn(call, text('Well.')))
  const { reader, assistantMessageId: messageId, end } = await ask(user)
  await reader.until(() => reader.message(messageId)?.status === 'waiting')
  const [first, second] = callsOf(reader, messageId).map(({ callId }) => callId)
  const decide = (callId = '', decision: object) =>
    user.client.toolCalls.decide.mutate({ requestId: randomUUID(), messageId, callId, ...decision })
  for (const [decision, field] of [
    [{}, 'approve'],
    [{ approve: true, args: { nights: 9 } }, 'args'],
    [{ approve: false, args: { nights: 1 } }, 'args'],
    [{ approve: true, reason: 'No' }, 'reason'],
    [{ outcome: 'done' }, 'approve'],
  ] as const) {
    await expect(decide(first, decision)).rejects.toMatchObject({ data: { code: 'BAD_REQUEST', issues: [{ path: field }] } })
  }
  await decide(first, { approve: true, args: { nights: 3 } })
  await decide(second, { approve: false, reason: 'One room is enough.' })
  await end()
  expect(server.calls).toEqual([{ name: 'book', args: { nights: 3 } }])
  expect(callsOf(reader, messageId)).toMatchObject([
    { state: 'done', args: { nights: 1 }, changedArgs: { nights: 3 } },
    { state: 'denied', error: 'the user said no: One room is enough.' },
  ])
  const toModel = app.provider.requests.at(-1)?.body.messages?.filter(({ role }) => role === 'tool') ?? []
  expect(toModel.map(({ content }) => JSON.parse(String(content)) as unknown)).toEqual([
    { note: expect.stringContaining('changed the arguments'), arguments: { nights: 3 }, outcome: 'book {"nights":3}' },
    { error: 'not done: the user said no: One room is enough.' },
  ])
})

test('G15 a result of 3 MB was sent whole to every reader: it is kept as a file, and its beginning is for the model', async () => {
  const size = 3 * 1024 * 1024
  const server = await serve([{ name: 'dump', annotations: { readOnlyHint: true }, run: () => textResult('x'.repeat(size)) }])
  const app = await startApp({ data: { url: server.url, trusted: true } }, { MODEL_CONTEXT_WINDOW: '8192' })
  const user = await app.createUser()
  app.provider.script(inTurn(toolCalls({ name: 'mcp__data__dump', args: {} }), text('A lot.')))
  const { reader, assistantMessageId, end } = await ask(user)
  await end()
  expect(callsOf(reader, assistantMessageId)[0]?.result).toEqual({
    note: expect.stringContaining('The whole is kept as a file'),
    file: 'result.txt',
    characters: size,
    beginning: 'x'.repeat(60_000),
  })
  expect(reader.message(assistantMessageId)?.parts.find(({ type }) => type === 'file')).toMatchObject({
    name: 'result.txt',
    bytes: size,
  })
  const toModel = app.provider.requests.at(-1)?.body.messages?.find(({ role }) => role === 'tool')
  expect(String(toModel?.content).length).toBeLessThan(20_000)
})

test('X26 a guest used the servers of the operator: only people with an account may, unless a server says otherwise', async () => {
  const tool = (name: string): ServedTool => ({
    name,
    annotations: { readOnlyHint: true },
    inputSchema: { type: 'object' },
    run: () => textResult('ran'),
  })
  const [internal, open] = [await serve([tool('secret')]), await serve([tool('weather')])]
  const app = await startApp({
    internal: { url: internal.url, trusted: true, guests: false },
    open: { url: open.url, trusted: true },
  })
  const guest = await app.createUser()
  app.provider.script(inTurn(toolCalls({ name: 'mcp__internal__secret', args: {} }), text('I could not.')))
  const asked = await ask(guest)
  await asked.end()
  expect(offeredNames(app)).not.toContain('mcp__internal__secret')
  expect(offeredNames(app)).toContain('mcp__open__weather')
  expect(callsOf(asked.reader, asked.assistantMessageId)).toMatchObject([{ state: 'failed' }])
  expect(internal.calls).toEqual([])
  const seen = await guest.client.tools.list.query()
  expect(JSON.stringify(seen)).not.toContain('internal')
  await app.database.queries
    .update(schema.users)
    .set({ isAnonymous: false })
    .where(eq(schema.users.id, tokenToUserId(guest.token)))
  app.provider.script(inTurn(toolCalls({ name: 'mcp__internal__secret', args: {} }), text('I could.')))
  const again = await ask(guest)
  await again.end()
  expect(internal.calls).toHaveLength(1)
})

test('B22 the picture of a tool reached nobody: it is a file that stands behind its call, and a model that takes no pictures reads its name', async () => {
  const picture = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#f00' } })
    .png()
    .toBuffer()
  const server = await serve([
    {
      name: 'screenshot',
      annotations: { readOnlyHint: true },
      inputSchema: { type: 'object' },
      run: () => ({
        content: [
          { type: 'text', text: 'The page:' },
          { type: 'image', mimeType: 'image/jpeg', data: picture.toString('base64') },
          { type: 'resource', resource: { uri: 'file:///tmp/notes.csv', blob: Buffer.from('a,walrus').toString('base64') } },
          { type: 'image', mimeType: 'image/png', data: 'AAAA' },
        ],
      }),
    },
  ])
  const app = await startApp({ browser: { url: server.url, trusted: true } }, { MODEL_INPUT: 'text' })
  const user = await app.createUser()
  const call = toolCalls({ name: 'mcp__browser__screenshot', args: {} }, { name: 'list_tasks', args: { status: 'all' } })
  app.provider.script(inTurn(call, text('A red page.')))
  const { reader, conversationId, assistantMessageId, end } = await ask(user)
  await end()
  const message = reader.message(assistantMessageId)
  const [shown] = callsOf(reader, assistantMessageId)
  const note = 'kept as a file and shown to the user; you see its content only where it is attached'
  expect(shown).toMatchObject({
    state: 'done',
    result: [
      'The page:',
      { type: 'image', name: 'picture.png', mimeType: 'image/png', note },
      { type: 'resource', uri: 'file:///tmp/notes.csv', name: 'notes.csv', mimeType: 'text/csv', bytes: 8, note },
      { type: 'image', mimeType: 'image/png', bytes: 3, note: 'not kept: It is not a picture.' },
    ],
  })
  const callId = shown?.callId
  expect(message?.parts.map(({ type }) => type)).toEqual(['tool-call', 'tool-call', 'file', 'file', 'text'])
  expect(message?.parts.slice(2, 4)).toMatchObject([
    { name: 'picture.png', width: 30, height: 20, callId },
    { name: 'notes.csv', bytes: 8, callId },
  ])
  expect((await user.client.files.list.query({})).items.map(({ name }) => name).toSorted()).toEqual(['notes.csv', 'picture.png'])
  const read = await user.client.conversations.get.query({ conversationId })
  expect(read.messages.at(-1)).toEqual(message)

  const search = async (query: string) => (await user.client.search.messages.query({ query })).items
  await expect.poll(() => search('walrus')).toMatchObject([{ messageId: assistantMessageId, file: { name: 'notes.csv' } }])

  // Neither in this answer nor later is this model given more than the names.
  app.provider.script(text('Yes.'))
  await user.client.messages.complete.mutate({ requestId: randomUUID(), conversationId, content: 'Thanks' })
  const sent = app.provider.requests.slice(1).map(({ body }) => JSON.stringify(body))
  expect(sent.map((body) => [body.includes('picture.png'), body.includes('base64')])).toEqual([
    [true, false],
    [true, false],
  ])
})
