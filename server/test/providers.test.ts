import { randomUUID } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import { eq } from 'drizzle-orm'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { createSecretMask } from '../src/platform/hide-secrets.ts'
import { isInsideAddress } from '../src/platform/inside-address.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import {
  createGate,
  createScriptedProvider,
  httpAnswer,
  httpError,
  text,
  tokens,
  tokensText,
  type ScriptedProvider,
} from '../testing/scripted-provider/index.ts'
import { follow } from './follow.ts'
import { ask, send } from './send.ts'

const { modelCalls, providers } = schema
const key = 'sk-canary-of-a-provider-wxyz'
const local = { kind: 'ollama', list: '../api/tags' } as const

let app: TestApp
let provider: ScriptedProvider
let admin: TestUser
let localBaseUrl = ''
/** Nothing listens there. */
let nowhere = ''
/** Of people's own providers: nothing here is on the internet. */
let isInside = (_address: string) => true
const secretMask = createSecretMask()

beforeAll(async () => {
  provider = await createScriptedProvider()
  const closed = await createScriptedProvider()
  nowhere = closed.baseUrl
  await closed[Symbol.asyncDispose]()
  provider.script(text('Hello'))
  provider.scriptCompletion(httpError(503))
  const programs = createServer((request, response) => {
    if (request.url !== '/api/tags') return response.writeHead(404).end()
    return response.end(JSON.stringify({ models: [{ name: 'llama3.2:1b' }] }))
  }).listen(0, '127.0.0.1')
  await once(programs, 'listening')
  localBaseUrl = `http://127.0.0.1:${(programs.address() as AddressInfo).port}/v1`
  app = await createTestApp({
    env: { OPENAI_BASE_URL: '', OPENAI_MODEL: '' },
    provider,
    overrides: {
      isInsideAddress: (address) => isInside(address),
      secretMask,
      localPrograms: [
        { ...local, baseUrl: localBaseUrl },
        { kind: 'lm-studio', list: 'models', baseUrl: nowhere },
      ],
    },
  })
  // The first user of a server is its administrator.
  admin = await app.createUser()
})
afterEach(async () => {
  const { items } = await admin.client.admin.providers.list.query()
  for (const { id } of items) await admin.client.admin.providers.delete.mutate({ providerId: id })
  await admin.client.admin.settings.update.mutate({ ownKeys: false, defaults: { model: null, instructions: '', tools: null } })
  isInside = () => true
  provider.script(text('Hello'))
  provider.scriptModels(httpAnswer(200, { data: [{ id: 'scripted-1' }, { id: 'scripted-2' }] }))
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await provider[Symbol.asyncDispose]()
})

const add = (more: Partial<Parameters<TestUser['client']['admin']['providers']['create']['mutate']>[0]> = {}) =>
  admin.client.admin.providers.create.mutate({ kind: 'compatible', name: 'Scripted', baseUrl: provider.baseUrl, key, ...more })

const modelIds = async (user: Pick<TestUser, 'client'>) => (await user.client.models.list.query()).items.map(({ id }) => id)

test('a provider takes the place of the demo without a restart, and the demo comes back when the last one is removed', async () => {
  const member = await app.createUser()
  const demo = await member.client.models.list.query()
  expect(demo).toMatchObject({ items: [{ demo: true, isDefault: true }], mayAdd: 'none' })
  expect((await admin.client.models.list.query()).mayAdd).toBe('everyone')

  const added = await add()
  expect(added).toMatchObject({ name: 'Scripted', hasKey: true, keyHint: 'wxyz', defaultModel: 'scripted-1', source: 'database' })
  const { items } = await member.client.models.list.query()
  expect(items).toMatchObject([
    { id: `${added.modelPrefix}scripted-1`, name: 'scripted-1', provider: 'Scripted', demo: false, isDefault: true },
    { id: `${added.modelPrefix}scripted-2`, name: 'scripted-2', isDefault: false },
  ])
  expect((await member.client.system.info.query()).model).toMatchObject({ provider: 'Scripted', demo: false })

  const before = provider.calls
  const answered = await ask(member, 'say Hello')
  expect(answered).toMatchObject({ status: 'completed', response: 'Hello' })
  expect(provider.requests[before]?.headers.authorization).toBe(`Bearer ${key}`)
  expect(provider.requests[before]?.body.model).toBe('scripted-1')
  const calls = await app.database.queries
    .select({ provider: modelCalls.provider })
    .from(modelCalls)
    .where(eq(modelCalls.messageId, answered.assistantMessageId))
  expect(calls).toEqual([{ provider: 'Scripted' }])

  await admin.client.admin.providers.delete.mutate({ providerId: added.id })
  expect((await member.client.models.list.query()).items).toMatchObject([{ demo: true }])
  const gone = await ask(member, 'say Hello', { model: `${added.modelPrefix}scripted-1` })
  expect(gone.status).toBe('error')
})

test('a conversation that began with the demo goes on with the provider that was added', async () => {
  const member = await app.createUser()
  const { model } = await member.client.system.info.query()
  const first = await ask(member, 'hello', { model: model.id })
  await add()
  const regenerated = await member.client.messages.regenerate.mutate({
    requestId: randomUUID(),
    messageId: first.assistantMessageId,
    model: model.id,
  })
  const reader = follow(member.client, first.conversationId)
  await reader.until(() => reader.message(regenerated.assistantMessageId)?.status === 'completed')
  expect(reader.message(regenerated.assistantMessageId)?.model).toMatch(/\/scripted-1$/u)
})

test('[G1] an answer that runs keeps the provider that it began with, whatever is changed meanwhile', async () => {
  const gate = createGate()
  provider.script(tokens(20, { stopAfter: 5, then: gate }))
  const added = await add()
  const member = await app.createUser()
  const sent = await send(member, 'begin')
  const reader = follow(member.client, sent.conversationId)
  await reader.until(() => reader.message(sent.assistantMessageId)?.content === tokensText(5))
  await admin.client.admin.providers.delete.mutate({ providerId: added.id })
  gate.open()
  await reader.until(() => reader.message(sent.assistantMessageId)?.status === 'completed')
  expect(reader.message(sent.assistantMessageId)?.content).toBe(tokensText(20))
})

test('[G2] no key is in an answer of the server, a log line, an export or, in clear, in the database', async () => {
  // A provider that says the key back, as some do.
  provider.script(httpError(401, { message: `Incorrect API key provided: ${key}` }))
  const added = await add()
  const failed = await ask(admin, 'say Hello')
  expect(failed.status).toBe('error')
  const { client } = admin
  const rotated = `${key}-rotated-1234`
  const said = [
    added,
    await client.admin.providers.list.query(),
    await client.admin.providers.test.mutate({ providerId: added.id }),
    await client.admin.providers.update.mutate({ providerId: added.id, key: rotated }),
    await client.models.list.query(),
    await client.system.info.query(),
    await client.conversations.export.query({ conversationId: failed.conversationId }),
    await client.conversations.get.query({ conversationId: failed.conversationId }),
    await client.usage.summary.query(),
    await app.database.queries.select().from(providers),
    app.logs,
  ]
  for (const part of said) expect(JSON.stringify(part)).not.toContain(key)
  // It was used, and what takes its place is.
  expect(provider.requests.at(-1)?.headers.authorization).toBe(`Bearer ${key}`)
  provider.script(text('ok'))
  expect((await ask(admin, 'again')).status).toBe('completed')
  expect(provider.requests.at(-1)?.headers.authorization).toBe(`Bearer ${rotated}`)
  expect((await client.admin.providers.update.mutate({ providerId: added.id, key: null })).hasKey).toBe(false)
})

test('a stored key is sent to no other host than the one that it was entered for', async () => {
  const added = await add()
  const elsewhere = { providerId: added.id, baseUrl: nowhere }
  const refused = { data: { code: 'BAD_REQUEST', issues: [{ path: 'key' }] } }
  await expect(admin.client.admin.providers.update.mutate(elsewhere)).rejects.toMatchObject(refused)
  await expect(admin.client.admin.providers.test.mutate(elsewhere)).rejects.toMatchObject(refused)
  const moved = await admin.client.admin.providers.update.mutate({ ...elsewhere, key: 'another-key' })
  expect(moved).toMatchObject({ baseUrl: elsewhere.baseUrl, keyHint: null, hasKey: true })
})

test('a key that was encrypted with another secret is said to be unreadable, and nothing is sent', async () => {
  const added = await add()
  await app.database.queries
    .update(providers)
    .set({ encryptedKey: 'v1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' })
    .where(eq(providers.id, added.id))
  await app.database.queries.update(providers).set({ updatedAt: new Date() }).where(eq(providers.id, added.id))
  // Another node has written it: this one reads again.
  await admin.client.admin.providers.update.mutate({ providerId: added.id, name: 'Scripted' })
  const { items } = await admin.client.admin.providers.list.query()
  expect(items).toMatchObject([{ hasKey: true, isKeyUnreadable: true }])
  const before = provider.calls
  expect(await ask(admin, 'say Hello')).toMatchObject({ status: 'error' })
  const tested = await admin.client.admin.providers.test.mutate({ providerId: added.id })
  expect(tested).toMatchObject({ isUsable: false, error: { message: expect.stringContaining('Enter the key again') } })
  expect(provider.calls).toBe(before)
  const mended = await admin.client.admin.providers.update.mutate({ providerId: added.id, key })
  expect(mended.isKeyUnreadable).toBe(false)
  expect(await ask(admin, 'say Hello')).toMatchObject({ status: 'completed' })
})

test('a trial reads the models, asks for one piece of an answer, and leaves', async () => {
  provider.script(tokens(10_000, { perSecond: 50 }))
  const before = provider.calls
  const tried = await admin.client.admin.providers.test.mutate({ kind: 'compatible', baseUrl: provider.baseUrl, key })
  expect(tried).toEqual({ isUsable: true, models: ['scripted-1', 'scripted-2'], model: 'scripted-1', error: null })
  expect(await provider.closed(before)).toMatchObject({ byClient: true })
  expect((await admin.client.admin.providers.list.query()).items).toEqual([])
})

test.each([
  ['a wrong key', 401, { key }, 'provider-unauthorized', 'does not accept this key'],
  ['no key', 401, {}, 'provider-unauthorized', 'asks for a key'],
  ['no credit', 402, { key }, 'provider-quota', 'no credit left'],
  ['nobody there', null, { key, isNowhere: true }, 'provider-unreachable', 'Nothing answers'],
  ['nobody there', null, { kind: 'ollama', isNowhere: true }, 'provider-unreachable', 'ollama serve'],
  ['another address', 404, { key }, 'provider-wrong-address', 'usually ends in /v1'],
] as const)('a trial with %s says what to do', async (_, status, given, code, words) => {
  const { isNowhere, ...input } = { isNowhere: false, ...given }
  if (status !== null) {
    provider.script(httpError(status))
    provider.scriptModels(httpError(status))
  }
  const tried = await admin.client.admin.providers.test.mutate({
    kind: 'compatible',
    baseUrl: isNowhere ? nowhere : provider.baseUrl,
    ...input,
  })
  expect(tried).toMatchObject({ isUsable: false, error: { code, message: expect.stringContaining(words) } })
})

test('what cannot be is refused by the name of the field, and changes nothing', async () => {
  const { create } = admin.client.admin.providers
  const at = (path: string) => ({ data: { code: 'BAD_REQUEST', issues: [{ path }] } })
  await expect(create.mutate({ kind: 'vllm' })).rejects.toMatchObject(at('baseUrl'))
  await expect(create.mutate({ kind: 'compatible', baseUrl: 'ftp://example.com' })).rejects.toMatchObject(at('baseUrl'))
  await expect(create.mutate({ kind: 'compatible', baseUrl: 'http://me:secret@example.com' })).rejects.toMatchObject(
    at('baseUrl'),
  )
  await expect(create.mutate({ kind: 'openai', key: 'two words' })).rejects.toMatchObject(at('key'))
  await expect(create.mutate({ kind: 'openai', models: ['one'], defaultModel: 'another' })).rejects.toMatchObject(
    at('defaultModel'),
  )
  provider.scriptModels(httpError(500))
  await expect(add()).rejects.toMatchObject(at('defaultModel'))
  expect((await admin.client.admin.providers.list.query()).items).toEqual([])
})

test('[G3] models of a person are for that person only, and only where an administrator allows them', async () => {
  const [ann, bob] = [await app.createUser(), await app.createUser()]
  const own = { kind: 'compatible', name: 'Mine', baseUrl: 'https://models.example/v1', key, defaultModel: 'scripted-1' } as const
  await expect(ann.client.providers.create.mutate(own)).rejects.toMatchObject({ data: { code: 'FORBIDDEN' } })
  await expect(ann.client.providers.test.mutate(own)).rejects.toBeDefined()
  await admin.client.admin.settings.update.mutate({ ownKeys: true })
  expect((await ann.client.models.list.query()).mayAdd).toBe('own')
  isInside = () => false
  const mine = await ann.client.providers.create.mutate(own)
  // The name leads nowhere in this test: what it would lead to is the scripted provider.
  await app.database.queries.update(providers).set({ baseUrl: provider.baseUrl }).where(eq(providers.id, mine.id))
  await ann.client.providers.create
    .mutate({ ...own, name: 'Other' })
    .then(({ id }) => ann.client.providers.delete.mutate({ providerId: id }))
  const model = `${mine.modelPrefix}scripted-1`
  provider.script(text('Hello from Ann’s'))
  const answered = await ask(ann, 'Hello', { model })
  expect(answered).toMatchObject({ status: 'completed', response: 'Hello from Ann’s' })

  expect(await modelIds(ann)).toContain(model)
  expect(await modelIds(bob)).not.toContain(model)
  expect((await bob.client.providers.list.query()).items).toEqual([])
  const calls = provider.calls
  // Sent, regenerated and named by somebody else: nothing reaches the provider.
  const foreign = await ask(bob, 'Hello', { model })
  expect(foreign.status).toBe('error')
  const again = await bob.client.messages.regenerate.mutate({
    requestId: randomUUID(),
    messageId: foreign.assistantMessageId,
    model,
  })
  const reader = follow(bob.client, foreign.conversationId)
  await reader.until(() => reader.message(again.assistantMessageId)?.status === 'error')
  expect(reader.message(again.assistantMessageId)?.error?.code).toBe('model-not-found')
  for (const refused of [
    bob.client.providers.update.mutate({ providerId: mine.id, name: 'Bob’s' }),
    bob.client.providers.delete.mutate({ providerId: mine.id }),
    bob.client.providers.test.mutate({ providerId: mine.id }),
    admin.client.admin.providers.update.mutate({ providerId: mine.id, name: 'Everyone’s' }),
  ]) {
    await expect(refused).rejects.toMatchObject({ data: { code: 'NOT_FOUND' } })
  }
  expect(provider.calls).toBe(calls)

  await admin.client.admin.settings.update.mutate({ ownKeys: false })
  expect(await modelIds(ann)).not.toContain(model)
  expect((await ask(ann, 'Hello', { model })).status).toBe('error')
  expect(provider.calls).toBe(calls)
  expect((await ann.client.providers.list.query()).items).toMatchObject([{ id: mine.id }])
  await ann.client.providers.delete.mutate({ providerId: mine.id })
})

test('[G4] a person cannot make the server ask an address inside of its network (attack G12)', async () => {
  await admin.client.admin.settings.update.mutate({ ownKeys: true })
  const ann = await app.createUser()
  const own = { kind: 'compatible', key, defaultModel: 'm' } as const
  isInside = isInsideAddress
  for (const host of [
    ...['127.0.0.1:80', '127.9.9.9', '0.0.0.0', '10.0.0.1', '172.16.0.1', '192.168.1.1', '100.64.0.1', '169.254.169.254'],
    // The same in the other notations that an address takes.
    ...['2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '127.1', '0', '127.0.0.1.', '１２７.0.0.1', '0xa9fea9fe'],
    ...[
      '[::1]',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[::ffff:a00:1]',
      '[fd00::1]',
      '[fe80::1]',
      '[64:ff9b::7f00:1]',
      '[2002:7f00:1::]',
    ],
    ...['localhost', 'LOCALHOST', 'a.localhost', 'nas', 'nas.local', 'db.internal', 'router.lan'],
  ]) {
    const baseUrl = `http://${host}/v1`
    const refused = { data: { code: 'BAD_REQUEST', issues: [{ path: 'baseUrl' }] } }
    await expect(ann.client.providers.create.mutate({ ...own, baseUrl })).rejects.toMatchObject(refused)
    await expect(ann.client.providers.test.mutate({ kind: 'compatible', baseUrl })).rejects.toMatchObject(refused)
  }
  // The check at the connection holds for what got into the database in another way, as a name that leads inside does.
  isInside = () => false
  const { id } = await ann.client.providers.create.mutate({ ...own, baseUrl: 'https://models.example/v1' })
  await app.database.queries.update(providers).set({ baseUrl: provider.baseUrl }).where(eq(providers.id, id))
  expect(await ann.client.providers.test.mutate({ providerId: id })).toMatchObject({ isUsable: true })
  // Now the check of the address passes, and what it leads to is inside, as with a name that changes its mind.
  await using another = await createScriptedProvider()
  await app.database.queries.update(providers).set({ baseUrl: another.baseUrl }).where(eq(providers.id, id))
  let checks = 0
  isInside = () => (checks += 1) > 1
  expect(await ann.client.providers.test.mutate({ providerId: id })).toMatchObject({
    isUsable: false,
    error: { code: 'provider-unreachable', message: expect.stringContaining('inside of the server’s network') },
  })
  expect(another.connections).toBe(0)

  // An address on the internet that sends the server on to one inside.
  isInside = () => false
  await app.database.queries.update(providers).set({ baseUrl: provider.baseUrl }).where(eq(providers.id, id))
  for (const status of [301, 302, 307, 308]) {
    provider.scriptModels((reply) => {
      reply.head(status, { location: `${another.baseUrl}/models` })
      return reply.raw('')
    })
    provider.script((reply) => {
      reply.head(status, { location: `${another.baseUrl}/chat/completions` })
      return reply.raw('')
    })
    expect(await ann.client.providers.test.mutate({ providerId: id })).toMatchObject({ isUsable: false })
  }
  expect(another.connections).toBe(0)
})

test('nobody is answered by a model that is not among those of a provider, or by more than is asked for (attack G6)', async () => {
  const added = await add({ models: ['scripted-1'] })
  const member = await app.createUser()
  const allowed = `${added.modelPrefix}scripted-1`
  expect((await ask(member, 'say Hello', { model: allowed })).status, 'a control').toBe('completed')
  const { calls } = provider
  for (const model of [`${added.modelPrefix}scripted-2`, `${added.modelPrefix}scripted-1-pro`, 'scripted-2']) {
    expect([model, (await ask(member, 'say Hello', { model })).status]).toEqual([model, 'error'])
  }
  expect(provider.calls).toBe(calls)
  const more = { requestId: randomUUID(), content: 'say Hello', max_tokens: 1_000_000_000, n: 100 }
  await expect(member.client.messages.send.mutate(more)).rejects.toMatchObject({ data: { code: 'BAD_REQUEST' } })
  expect(provider.calls).toBe(calls)
})

test('a key is masked in the log from the moment at which it is stored, also after it was replaced', async () => {
  const said = (text: string) => secretMask.mask(`{"said":"${text}"}`)
  const fresh = `sk-${randomUUID()}`
  expect(said(fresh)).toContain(fresh)
  const { id } = await add({ key: fresh })
  expect(said(fresh)).toBe('{"said":"***"}')
  const next = `sk-${randomUUID()}`
  await admin.client.admin.providers.update.mutate({ providerId: id, key: next })
  expect(said(`${fresh} ${next}`)).toBe('{"said":"*** ***"}')
})

test('[A6] everybody whom a change of models concerns hears of it, and nobody else', async () => {
  await admin.client.admin.settings.update.mutate({ ownKeys: true })
  isInside = () => false
  const [ann, bob] = [await app.createUser(), await app.createUser()]
  const heard = new Map<TestUser, string[]>([
    [ann, []],
    [bob, []],
  ])
  const stops = [...heard].map(([user, types]) =>
    user.client.activity.follow.subscribe({}, { onData: ({ data }) => void types.push(...data.map(({ type }) => type)) }),
  )
  const of = (user: TestUser) => heard.get(user) ?? []
  const models = (user: TestUser) => of(user).filter((type) => type === 'models').length
  await vi.waitFor(() => expect([of(ann), of(bob)]).toEqual([['refetch'], ['refetch']]), 60_000)
  await ann.client.providers.create.mutate({ kind: 'compatible', baseUrl: 'https://models.example/v1', defaultModel: 'm' })
  await vi.waitFor(() => expect(models(ann)).toBe(1), 60_000)
  expect(models(bob)).toBe(0)
  await add()
  await vi.waitFor(() => expect([models(ann), models(bob)]).toEqual([2, 1]), 60_000)
  for (const stop of stops) stop.unsubscribe()
})

test('what an administrator sets for everyone is applied: the model, the instructions, the tools', async () => {
  const added = await add()
  provider.script(text('ok'))
  const member = await app.createUser()
  await admin.client.admin.settings.update.mutate({
    defaults: { model: `${added.modelPrefix}scripted-2`, instructions: 'Speak like a lighthouse keeper.', tools: ['list_tasks'] },
  })
  expect((await modelIds(member))[0]).toBe(`${added.modelPrefix}scripted-2`)
  const { id: conversationId } = await member.client.conversations.create.mutate({ instructions: 'Be brief.' })
  await ask(member, 'Hello', { conversationId })
  const { body } = provider.requests.at(-1) ?? {}
  expect(body).toMatchObject({ model: 'scripted-2', tools: [{ function: { name: 'list_tasks' } }] })
  expect(JSON.stringify(body)).toMatch(/Speak like a lighthouse keeper\.\\n\\nBe brief\./u)
  await admin.client.admin.settings.update.mutate({ defaults: { model: null, instructions: '', tools: null } })
  await ask(member, 'Hello', { conversationId })
  expect(provider.requests.at(-1)?.body).toMatchObject({ model: 'scripted-1' })
  expect(JSON.stringify(provider.requests.at(-1)?.body)).not.toContain('lighthouse')
})

test('programs for models at this machine are found, with what they have', async () => {
  const found = await admin.client.admin.providers.discover.query()
  expect(found.items).toEqual([{ kind: 'ollama', baseUrl: localBaseUrl, models: ['llama3.2:1b'], isAdded: false }])
  await add({ kind: 'ollama', baseUrl: localBaseUrl, defaultModel: 'llama3.2:1b' })
  expect((await admin.client.admin.providers.discover.query()).items).toMatchObject([{ isAdded: true }])
})

test('what the environment names is shown, and is used beside what is added', async () => {
  await using environment = await createScriptedProvider()
  await using both = await createTestApp({ env: { OPENAI_API_KEY: key }, provider: environment })
  const owner = await both.createUser()
  const { client } = owner
  expect((await client.admin.providers.list.query()).items).toMatchObject([
    { id: 'openai', source: 'environment', hasKey: true, keyHint: null, defaultModel: 'scripted-1', modelPrefix: '' },
  ])
  const added = await client.admin.providers.create.mutate({ kind: 'compatible', baseUrl: provider.baseUrl })
  const model = `${added.modelPrefix}scripted-1`
  expect(await modelIds(owner)).toEqual(['scripted-1', 'scripted-2', model, `${added.modelPrefix}scripted-2`])
  expect((await client.system.info.query()).model.id).toBe('scripted-1')
  provider.script(text('from the added one'))
  environment.script(text('from the environment'))
  expect((await ask(owner, 'a')).response).toBe('from the environment')
  expect((await ask(owner, 'b', { model })).response).toBe('from the added one')
  await client.admin.providers.delete.mutate({ providerId: added.id })
  // Its models are asked of nobody else.
  const calls = environment.calls
  expect((await ask(owner, 'c', { model })).status).toBe('error')
  expect(environment.calls).toBe(calls)
})
