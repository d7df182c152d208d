import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, createTestUser } from '../testing/create-test-app.ts'
import { createDataDirectory } from '../testing/data-directory.ts'
import { follow } from './follow.ts'
import { createScriptedProvider, tokensText, type ScriptedProvider } from '../testing/scripted-provider/index.ts'
import { runServerToItsEnd, startServerProcess } from '../testing/server-process.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'

let provider: ScriptedProvider

beforeAll(async () => {
  provider = await createScriptedProvider()
})
afterAll(() => provider[Symbol.asyncDispose]())

function createEnv(path: string): Record<string, string> {
  return { DATA_DIR: path, OPENAI_BASE_URL: provider.baseUrl, OPENAI_MODEL: 'scripted-1' }
}

test('SIGTERM in mid-answer: R5 ten of ten running answers end completed without a click, one that had not begun runs again by itself (attack I6)', async () => {
  await using directory = await createDataDirectory()
  const env = createEnv(directory.path)
  await using first = await startServerProcess(env)
  const { token } = await createTestUser(first.url)
  const before = connect(first.url, token)
  const all = await Promise.all(
    Array.from({ length: 10 }, () =>
      before.client.messages.send.mutate({ requestId: randomUUID(), content: 'tokens 300 at 30' }),
    ),
  )
  const begun = all[0] ?? expect.unreachable()
  const reader = follow(before.client, begun.conversationId)
  await reader.until(() => (reader.message(begun.assistantMessageId)?.content.length ?? 0) > 0)
  const heldCalls = () => provider.requests.filter(({ lastUserText }) => lastUserText.startsWith('tokens 7 ')).length
  const silent = await before.client.messages.send.mutate({ requestId: randomUUID(), content: 'tokens 7 at 500 hold after 0' })
  await expect.poll(heldCalls, { timeout: 30_000 }).toBe(1)
  await reader.until(() => (reader.message(begun.assistantMessageId)?.content.length ?? 0) > 20)

  expect(await first.end('SIGTERM')).toBe(0)
  const shown = reader.message(begun.assistantMessageId)?.content ?? ''
  reader.stop()
  await before.close()

  await using second = await startServerProcess(env)
  await expect.poll(heldCalls, { timeout: 30_000 }).toBe(2)
  await fetch(new URL('/control/release', provider.baseUrl), { method: 'POST' })
  const { client, close } = connect(second.url, token)
  const again = follow(client, begun.conversationId)
  await again.until(() => again.message(begun.assistantMessageId)?.status === 'completed')
  const whole = again.message(begun.assistantMessageId)
  expect(whole?.content.startsWith(shown)).toBe(true)
  expect(whole).toMatchObject({ content: tokensText(300), error: null, notes: [{ kind: 'resumed', times: 1, cause: 'server' }] })
  expect(whole?.parts).toHaveLength(1)
  for (const { conversationId, assistantMessageId } of all) {
    const each = follow(client, conversationId)
    await each.until((state) => state.conversation?.hasActiveGeneration === false)
    expect(each.message(assistantMessageId)).toMatchObject({ status: 'completed', content: tokensText(300) })
    each.stop()
  }
  const other = follow(client, silent.conversationId)
  await other.until(() => other.message(silent.assistantMessageId)?.status === 'completed')
  expect(other.message(silent.assistantMessageId)?.content).toBe(tokensText(7))

  again.stop()
  other.stop()
  await close()
})

test('SIGTERM in mid-answer with AUTO_CONTINUE=off: the text is kept, and a person continues the answer', async () => {
  await using directory = await createDataDirectory()
  const env = { ...createEnv(directory.path), AUTO_CONTINUE: 'off' }
  await using first = await startServerProcess(env)
  const { token } = await createTestUser(first.url)
  const before = connect(first.url, token)
  const { conversationId, assistantMessageId: messageId } = await before.client.messages.send.mutate({
    requestId: randomUUID(),
    content: 'tokens 60 hold after 20',
  })
  const reader = follow(before.client, conversationId)
  await reader.until(() => reader.message(messageId)?.content === tokensText(20))
  expect(await first.end('SIGTERM')).toBe(0)
  reader.stop()
  await before.close()
  await using second = await startServerProcess(env)
  const { client, close } = connect(second.url, token)
  const again = follow(client, conversationId)
  await again.until(() => again.message(messageId)?.status === 'interrupted')
  expect(again.message(messageId)).toMatchObject({
    content: tokensText(20),
    error: { code: 'interrupted', message: 'The server stopped in mid-answer. Everything up to here is saved.' },
  })
  await client.messages.continue.mutate({ requestId: randomUUID(), messageId })
  await again.until(() => again.message(messageId)?.status === 'completed')
  expect(again.message(messageId)).toMatchObject({ content: tokensText(60), parts: [{ type: 'text' }] })
  again.stop()
  await close()
})

test('a second process on the same directory waits 3 s, then refuses and names the holder', async () => {
  await using directory = await createDataDirectory()
  const env = createEnv(directory.path)
  await using holder = await startServerProcess(env)
  const started = performance.now()
  const { code, output } = await runServerToItsEnd(env)
  expect(code).toBe(1)
  expect(performance.now() - started).toBeGreaterThan(3_000)
  expect(output).toContain(`process ${holder.pid}`)
  expect(output.trim().split('\n')).toHaveLength(1)
})

test('a directory whose holder was killed is taken over, also by one of several that start together', async () => {
  await using directory = await createDataDirectory()
  const env = createEnv(directory.path)
  const killed = await startServerProcess(env)
  await killed.end('SIGKILL')
  const starts = await Promise.allSettled([startServerProcess(env), startServerProcess(env), startServerProcess(env)])
  const started = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))
  expect(started).toHaveLength(1)
  await Promise.all(started.map((server) => server.end('SIGTERM')))
})

test.for([
  ['PORT', { PORT: 'abc' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'chat.example.com' }],
  ['DATABASE_URL', { DATABASE_URL: 'mysql://localhost' }],
  ['BETTER_AUTH_SECRET', { BETTER_AUTH_SECRET: 'short' }],
  ['CORS_ORIGINS', { CORS_ORIGINS: 'https://a.example/path' }],
  ['TRUST_PROXY', { TRUST_PROXY: 'loopback, nginx' }],
  ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
  // These values fail only when they are used: the variable used to be guessed from the error, and was the wrong one.
  ['PUBLIC_URL', { PUBLIC_URL: 'https://chat.example.com/api' }],
  ['HOST', { HOST: 'no.such.host.invalid' }],
  ['HOST', { HOST: '203.0.113.1' }],
  ['DATA_DIR', { DATA_DIR: '/dev/null' }],
  ['DATA_DIR', { DATA_DIR: '/dev/null/data' }],
  ['DATA_DIR', { DATA_DIR: '/proc/holdfast' }],
  ['DATABASE_URL', { DATABASE_URL: 'postgres://holdfast@127.0.0.1:9/holdfast' }],
  ['DATABASE_URL', { DATABASE_URL: 'postgres://holdfast@no.such.host.invalid/holdfast' }],
] as const)('a bad %s stops the start with one line that names it', async ([name, env]) => {
  // A host is tried when the database is open.
  await using directory = await (name === 'HOST' ? createDataDirectory() : createTemporaryDirectory())
  const { code, output } = await runServerToItsEnd({ DATA_DIR: directory.path, ...env })
  expect(code).toBe(1)
  expect(output.trim().split('\n')).toHaveLength(1)
  expect(output.startsWith(`${name}: `)).toBe(true)
})
