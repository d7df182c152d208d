import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { LocalModelState } from '@holdfast/shared'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OfferedModel } from '../src/local-model/offered-models.ts'
import { callServer } from '../src/platform/control/control-client.ts'
import { connect, createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { createDataDirectory } from '../testing/data-directory.ts'
import { follow } from './follow.ts'
import { runHoldfast } from './run-holdfast.ts'
import { ask, send } from './send.ts'

const bytesOf = new Map([
  ['tiny', Buffer.from(`tiny model here! ${'t'.repeat(50_000)}`)],
  ['other', Buffer.from(`other model here ${'o'.repeat(50_000)}`)],
  ['forged', Buffer.from('forged')],
])
const offered: OfferedModel[] = [...bytesOf].map(([name, bytes]) => ({
  name,
  title: `The ${name} model`,
  about: 'For tests.',
  bytes: bytes.length,
  sha256: name === 'forged' ? '0'.repeat(64) : createHash('sha256').update(bytes).digest('hex'),
  licence: 'MIT',
  path: `${name}/model.gguf`,
  file: `${name}.gguf`,
}))
/** Resolved when the host may go on after it has sent the first half. */
let gate: Promise<void> = Promise.resolve()
let requests = 0
const host = createServer((request, response) => {
  requests += 1
  const bytes = bytesOf.get((request.url ?? '').split('/')[1] ?? '')
  if (!bytes) return response.writeHead(404).end()
  const offset = Number(/^bytes=(\d+)-/u.exec(request.headers.range ?? '')?.[1] ?? 0)
  response.writeHead(offset === 0 ? 200 : 206, {
    etag: '"1"',
    ...(offset === 0 ? {} : { 'content-range': `bytes ${offset}-${bytes.length - 1}/${bytes.length}` }),
  })
  response.write(bytes.subarray(offset, Math.max(offset, bytes.length / 2)))
  void gate.then(() => response.end(bytes.subarray(Math.max(offset, bytes.length / 2))))
  return response
})

let directory: Awaited<ReturnType<typeof createDataDirectory>>
let app: TestApp
let admin: TestUser
const localModel = {
  offered,
  engine: new URL('../testing/stand-in-engine.ts', import.meta.url).href,
  // What is tested elsewhere takes a registry.
  installRuntime: async () => undefined,
  pauseMs: 20,
}
const open = () =>
  createTestApp({
    env: {
      DATA_DIR: directory.path,
      AUTO_CONTINUE: 'off',
      OPENAI_BASE_URL: '',
      OPENAI_MODEL: '',
      LOCAL_MODEL_URL: `http://127.0.0.1:${(host.address() as AddressInfo).port}`,
    },
    overrides: { localModel },
  })

beforeAll(async () => {
  host.listen(0, '127.0.0.1')
  await once(host, 'listening')
  directory = await createDataDirectory()
  app = await open()
  admin = await app.createUser()
})
afterAll(async () => {
  await admin.close()
  await app[Symbol.asyncDispose]()
  await directory[Symbol.asyncDispose]()
  host.close()
  host.closeAllConnections()
})

const state = () => admin.client.admin.localModel.get.query()
const until = (wanted: string) => expect.poll(async () => (await state()).state, { timeout: 60_000 }).toBe(wanted)
/** Of the process that has begun to answer last, by the log. */
const processId = () => Number(app.logs.findLast(({ event }) => event === 'local-model-ready')?.['processId'])

test('one call fetches a model with progress; it can be cancelled, continues, and everyone can talk to it at once', async () => {
  expect(await state()).toMatchObject({ unsupported: null, installed: null, state: 'none', progress: null })
  const { promise, resolve } = Promise.withResolvers<void>()
  gate = promise
  await admin.client.admin.localModel.install.mutate({ name: 'tiny' })
  await expect
    .poll(async () => (await state()).progress, { timeout: 60_000 })
    .toMatchObject({ name: 'tiny', step: 'download', doneBytes: 25_008, totalBytes: 50_017 })
  await expect(admin.client.admin.localModel.install.mutate({ name: 'other' })).rejects.toMatchObject({
    data: { code: 'CONFLICT' },
  })
  expect(await admin.client.admin.localModel.cancel.mutate()).toMatchObject({ state: 'none', installed: null, problem: null })
  gate = Promise.resolve()
  resolve()
  await admin.client.admin.localModel.install.mutate({ name: 'tiny' })
  await until('running')
  const member = await app.createUser()
  const { items } = await member.client.models.list.query()
  expect(items).toMatchObject([{ name: 'tiny', provider: 'This machine', demo: false, isDefault: true, contextWindow: 4_096 }])
  expect(await ask(member, 'Who are you?')).toMatchObject({ status: 'completed', response: 'I am tiny model here!' })
  const refused = { data: { code: 'FORBIDDEN' } }
  await expect(member.client.admin.localModel.get.query()).rejects.toMatchObject(refused)
  await expect(member.client.admin.localModel.remove.mutate()).rejects.toMatchObject(refused)
})

test('a process that is killed in mid-answer leaves an answer that can be continued, and is started again', async () => {
  const sent = await send(admin, 'wait')
  const reader = follow(admin.client, sent.conversationId)
  await reader.until(() => reader.message(sent.assistantMessageId)?.content === 'one two')
  const before = processId()
  process.kill(before, 'SIGKILL')
  await reader.until(() => ['error', 'interrupted'].includes(reader.message(sent.assistantMessageId)?.status ?? ''))
  expect(reader.message(sent.assistantMessageId)?.content).toBe('one two')
  await expect.poll(processId, { timeout: 60_000 }).not.toBe(before)
  await until('running')
  await admin.client.messages.continue.mutate({ requestId: randomUUID(), messageId: sent.assistantMessageId })
  await reader.until(() => reader.message(sent.assistantMessageId)?.status === 'completed')
  expect(reader.message(sent.assistantMessageId)?.content).toBe('one two three four')
  reader.stop()
})

test('an answer that is cancelled ends in the process, too: the next question has its turn', async () => {
  const sent = await send(admin, 'wait')
  const reader = follow(admin.client, sent.conversationId)
  await reader.until(() => reader.message(sent.assistantMessageId)?.content === 'one two')
  await admin.client.messages.cancel.mutate({ messageId: sent.assistantMessageId })
  await reader.until(() => reader.message(sent.assistantMessageId)?.status === 'cancelled')
  reader.stop()
  expect(await ask(admin, 'Who are you?')).toMatchObject({ status: 'completed', response: 'I am tiny model here!' })
})

test('the model calls a tool, and answers with its result at hand', async () => {
  const answered = await ask(admin, 'tool list_tasks')
  expect(answered).toMatchObject({ status: 'completed', response: 'I am tiny model here!' })
  const { messages } = await admin.client.conversations.get.query({ conversationId: answered.conversationId })
  expect(messages.at(-1)?.parts).toMatchObject([{ type: 'tool-call', name: 'list_tasks', state: 'done' }, { type: 'text' }])
})

test('only who has the token may ask the process', async () => {
  const provider = (await admin.client.admin.providers.list.query()).items.find(({ kind }) => kind === 'local')
  expect(new URL(provider?.baseUrl ?? '').hostname).toBe('127.0.0.1')
  for (const authorization of ['', 'Bearer wrong']) {
    const answer = await fetch(`${provider?.baseUrl}/models`, { headers: { authorization } })
    expect(answer.status).toBe(401)
  }
})

test('a file with the wrong hash is refused, and the model that was there goes on', async () => {
  await admin.client.admin.localModel.install.mutate({ name: 'forged' })
  await expect.poll(async () => (await state()).problem, { timeout: 60_000 }).toContain('its SHA-256 is another one')
  expect(await state()).toMatchObject({ state: 'running', installed: 'tiny' })
  expect(existsSync(join(directory.path, 'local-model/models/forged.gguf'))).toBe(false)
  expect(await ask(admin, 'Who are you?')).toMatchObject({ response: 'I am tiny model here!' })
  await expect(admin.client.admin.localModel.install.mutate({ name: 'nobody' })).rejects.toMatchObject({
    data: { code: 'BAD_REQUEST', issues: [{ path: 'name' }] },
  })
})

test('a server that is started again answers without a network, and another model takes the place of the first', async () => {
  await app[Symbol.asyncDispose]()
  const before = requests
  app = await open()
  admin = { ...admin, ...connect(app.url, admin.token) }
  await until('running')
  expect(await ask(admin, 'Who are you?')).toMatchObject({ status: 'completed', response: 'I am tiny model here!' })
  expect(requests).toBe(before)
  await admin.client.admin.localModel.install.mutate({ name: 'other' })
  await expect.poll(async () => await state(), { timeout: 60_000 }).toMatchObject({ state: 'running', installed: 'other' })
  expect(await ask(admin, 'Who are you?')).toMatchObject({ status: 'completed', response: 'I am other model here' })
  expect(existsSync(join(directory.path, 'local-model/models/tiny.gguf'))).toBe(false)
})

test('the command lists the models, and removes the one that runs by the server', async () => {
  const env = { DATA_DIR: directory.path }
  const listed = await runHoldfast(env, ['model', 'list', '--json'])
  expect(listed.json()).toMatchObject({ items: [{ name: 'qwen2.5-0.5b', licence: 'Apache-2.0', isInstalled: false }, {}, {}] })
  const refused = await runHoldfast(env, ['model', 'install', 'nobody'])
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('There is no model nobody') })
  expect((await runHoldfast(env, ['model', 'remove', '--json'])).json()).toEqual({ isRemoved: true })
  expect(await state()).toMatchObject({ state: 'none', installed: null })
  expect(() => process.kill(processId(), 0)).toThrow('ESRCH')
  expect(existsSync(join(directory.path, 'local-model'))).toBe(false)
  expect((await admin.client.models.list.query()).items).toMatchObject([{ demo: true }])
})

test('a command of this machine has the running server install a model, and hears how it goes on', async () => {
  using call = await callServer(directory.path, 'local-model', { do: 'install', name: 'tiny' })
  if (!call) throw new Error('no server answers')
  const states: LocalModelState[] = []
  for await (const value of call.values) states.push(value as LocalModelState)
  expect(states[0]).toMatchObject({ state: 'installing' })
  expect(states.at(-1)).toMatchObject({ state: 'running', installed: 'tiny' })
  using unknown = await callServer(directory.path, 'local-model', { do: 'install', name: 'nobody' })
  await expect(unknown?.values.next()).rejects.toThrow('name: must be one of tiny, other, forged')
})
