import { randomUUID } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import { noLimits, type AnswerParameters, type Limits } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { compareWithLog } from '../src/doctor/compare-log.ts'
import { pruneLogs } from '../src/event-log/log-janitor.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import {
  createGate,
  createScriptedProvider,
  httpAnswer,
  httpError,
  inTurn,
  text,
  tokens,
  toolCalls,
  type Answer,
  type ScriptedProvider,
} from '../testing/scripted-provider/index.ts'
import { follow } from './follow.ts'
import { refused } from './refused.ts'
import { ask, send } from './send.ts'

const { conversationLog, conversations, usageReservations } = schema

let app: TestApp
let spare: ScriptedProvider
let admin: TestUser
let user: TestUser

beforeAll(async () => {
  spare = await createScriptedProvider()
  app = await createTestApp({
    env: { MODEL_FALLBACKS: JSON.stringify([{ baseUrl: spare.baseUrl, model: 'spare-1' }]), AUTO_CONTINUE: 'off' },
    overrides: { random: () => 0 },
  })
  admin = await app.createUser()
  user = await app.createUser()
})
beforeEach(() => {
  app.provider.script(text('ok'))
  spare.script(text('spare'))
})
afterEach(() => setDefaults({}))
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await spare[Symbol.asyncDispose]()
})

async function setDefaults(parameters: AnswerParameters): Promise<void> {
  await admin.client.admin.settings.update.mutate({ defaults: { model: null, instructions: '', tools: null, parameters } })
}

const create = async (parameters: AnswerParameters, model?: string) =>
  (await user.client.conversations.create.mutate({ title: 'Named', parameters, ...(model ? { model } : {}) })).id
const fields = ['temperature', 'top_p', 'max_tokens', 'reasoning_effort'] as const
const toSent = (request: { readonly body: object } | undefined) =>
  Object.fromEntries(Object.entries(request?.body ?? {}).filter(([name]) => fields.some((field) => field === name)))
const lastSent = () => toSent(app.provider.requests.at(-1))
/** The parameters of all requests from now on. */
const watch = (provider = app.provider) => {
  const from = provider.requests.length
  return () => provider.requests.slice(from).map(toSent)
}
const all = { temperature: 0.7, topP: 0.9, maxOutputTokens: 800, reasoningEffort: 'low' } as const
const allSent = { temperature: 0.7, top_p: 0.9, max_tokens: 800, reasoning_effort: 'low' }

describe('the parameters of a conversation', () => {
  test('are shown, replaced as a whole, and seen by every reader at once', async () => {
    const made = await user.client.conversations.create.mutate({ parameters: { temperature: 0.5, topP: null } })
    expect(made.parameters).toEqual({ temperature: 0.5 })
    const reader = follow(user.client, made.id)
    await reader.until(({ conversation }) => conversation?.parameters?.temperature === 0.5)
    const conversationId = made.id
    await user.client.conversations.update.mutate({ conversationId, parameters: { topP: 0.2, reasoningEffort: 'high' } })
    const seen = await reader.until(({ conversation }) => conversation?.parameters?.topP === 0.2)
    expect(seen.conversation?.parameters).toEqual({ topP: 0.2, reasoningEffort: 'high' })
    reader.stop()
    expect((await user.client.conversations.update.mutate({ conversationId, title: 'Other' })).parameters).toEqual({
      topP: 0.2,
      reasoningEffort: 'high',
    })
    expect((await user.client.conversations.update.mutate({ conversationId, parameters: null })).parameters).toEqual({})
    const { items } = await user.client.conversations.list.query({})
    expect(items.find(({ id }) => id === conversationId)?.parameters).toEqual({})
  })

  test('outside of their ranges are refused by their names, and nothing changes', async () => {
    const conversationId = await create({ temperature: 1 })
    const parameters = { temperature: 3, topP: -1, maxOutputTokens: 0, reasoningEffort: 'low' } as const
    const { code, issues } = await refused(user.client.conversations.update.mutate({ conversationId, parameters }))
    expect(code).toBe('BAD_REQUEST')
    expect(issues).toEqual([
      { path: 'parameters.temperature', message: 'must be a number from 0 to 2' },
      { path: 'parameters.topP', message: 'must be a number from 0 to 1' },
      { path: 'parameters.maxOutputTokens', message: 'must be a whole number from 1 to 1000000' },
    ])
    const bad = { model: null, instructions: '', tools: null, parameters: { temperature: 9 } }
    const ofAdmin = await refused(admin.client.admin.settings.update.mutate({ defaults: bad }))
    expect(ofAdmin.issues).toEqual([{ path: 'defaults.parameters.temperature', message: 'must be a number from 0 to 2' }])
    expect((await user.client.conversations.get.query({ conversationId })).conversation.parameters).toEqual({ temperature: 1 })
  })

  test('go with a fork, and with the earlier states of a conversation', async () => {
    const conversationId = await create({ temperature: 0.1 })
    const first = await ask(user, 'one', { conversationId })
    const { cursor } = await user.client.conversations.get.query({ conversationId })
    await user.client.conversations.update.mutate({ conversationId, parameters: all })
    const fork = (more: { cursor?: string }) =>
      user.client.conversations.fork.mutate({ requestId: randomUUID(), messageId: first.assistantMessageId, ...more })
    expect((await fork({})).parameters).toEqual(all)
    expect((await fork({ cursor })).parameters).toEqual({ temperature: 0.1 })
    const then = await user.client.conversations.at.query({ conversationId, cursor })
    expect(then.conversation.parameters).toEqual({ temperature: 0.1 })
  })

  test('are known where the log begins, and no difference of a log that is older than they are', async () => {
    const conversationId = await create(all)
    await ask(user, 'one', { conversationId })
    await user.client.conversations.update.mutate({ conversationId, parameters: { topP: 0.3 } })
    const { queries } = app.database
    const readRow = async () => {
      const [row] = await queries.select().from(conversations).where(eq(conversations.id, conversationId))
      if (!row) throw new Error('no conversation')
      return row
    }
    expect(await compareWithLog(queries, await readRow())).toEqual([])
    await queries
      .update(conversationLog)
      .set({ at: new Date(Date.now() - 3_600_000) })
      .where(eq(conversationLog.conversationId, conversationId))
    await pruneLogs(app.database, 30)
    const { cursor } = await user.client.conversations.get.query({ conversationId })
    const { conversation } = await user.client.conversations.at.query({ conversationId, cursor })
    expect(conversation.parameters).toEqual({ topP: 0.3 })

    const plain = await create({})
    await user.client.conversations.update.mutate({ conversationId: plain, pinned: true })
    const [row] = await queries.select().from(conversationLog).where(eq(conversationLog.conversationId, plain))
    const older = row?.payload.replace(',"parameters":{}', '') ?? ''
    expect(older).not.toBe(row?.payload)
    await queries.update(conversationLog).set({ payload: older }).where(eq(conversationLog.conversationId, plain))
    const [old] = await queries.select().from(conversations).where(eq(conversations.id, plain))
    if (!old) throw new Error('no conversation')
    expect(await compareWithLog(queries, old)).toEqual([])
  })
})

describe('a model is asked with them', () => {
  test('[M9] in every step, with the defaults of the administrator behind, field by field', async () => {
    await setDefaults({ temperature: 1.5, maxOutputTokens: 800 })
    const conversationId = await create({ temperature: 0.7, topP: 0.9, reasoningEffort: 'low' })
    app.provider.script(inTurn(toolCalls({ name: 'list_goals', args: {} }), text('done')))
    const sent = watch()
    const { assistantMessageId: messageId } = await ask(user, 'which goals?', { conversationId })
    expect(sent()).toEqual([allSent, allSent])
    const { shown } = await user.client.messages.request.query({ messageId })
    expect(toSent({ body: shown?.sent?.request ?? {} })).toEqual(allSent)
    app.provider.script(text('ok'))
    await ask(user, 'a conversation of its own')
    expect(lastSent()).toEqual({ temperature: 1.5, max_tokens: 800 })
    await setDefaults({})
    await ask(user, 'another one')
    expect(lastSent()).toEqual({})
  })

  test('by another answer, an edit and a continuation as they are at that time', async () => {
    const conversationId = await create({ temperature: 0.1 })
    app.provider.script(inTurn(tokens(9, { stopAfter: 3, then: 'truncate' }), text('and the rest')))
    const { assistantMessageId: messageId, userMessageId } = await ask(user, 'count', { conversationId })
    const change = (temperature: number) =>
      user.client.conversations.update.mutate({ conversationId, parameters: { temperature } })
    const ended = async (id: string) =>
      await expect.poll(async () => (await user.client.messages.content.query({ messageId: id })).status).toBe('completed')
    await change(0.2)
    await user.client.messages.continue.mutate({ requestId: randomUUID(), messageId })
    await ended(messageId)
    expect(lastSent()).toEqual({ temperature: 0.2 })
    await change(0.3)
    app.provider.script(text('ok'))
    const again = await user.client.messages.regenerate.mutate({ requestId: randomUUID(), messageId })
    await ended(again.assistantMessageId)
    expect(lastSent()).toEqual({ temperature: 0.3 })
    await change(0.4)
    const edited = await user.client.messages.edit.mutate({
      requestId: randomUUID(),
      messageId: userMessageId,
      content: 'count on',
    })
    await ended(edited.assistantMessageId)
    expect(lastSent()).toEqual({ temperature: 0.4 })
  })

  test('and so is the model that answers in place of one that failed', async () => {
    const conversationId = await create(all)
    app.provider.script(httpError(401))
    const sent = watch(spare)
    expect(await ask(user, 'one', { conversationId })).toMatchObject({ response: 'spare' })
    expect(sent()).toEqual([allSent])
  })

  test('a refusal is answered without the parameter, and the answer says so, once in a conversation', async () => {
    const conversationId = await create(all, 'reasoner')
    const refusal = {
      error: { message: "Unsupported parameter: 'temperature' is not supported with this model.", param: 'temperature' },
    }
    const refusing: Answer = (reply) => ('temperature' in reply.request.body ? httpAnswer(400, refusal) : text('Hello'))(reply)
    app.provider.script(refusing)
    const sent = watch()
    await ask(user, 'one', { conversationId })
    await ask(user, 'two', { conversationId })
    const { temperature: _left, ...rest } = allSent
    expect(sent()).toEqual([allSent, rest, rest])
    const { messages } = await user.client.messages.list.query({ conversationId })
    const notes = messages.filter(({ role }) => role === 'assistant').map((message) => message.notes)
    const parameters = [{ name: 'temperature', value: 0.7 }]
    expect(notes).toEqual([[{ kind: 'parameters-refused', model: 'reasoner', parameters }], undefined])
    expect(messages.map(({ status }) => status)).not.toContain('error')
  })

  test('the limit of an answer bounds what a call reserves of a budget', async () => {
    const limits = { ...noLimits, tokensPerDay: 1_000_000 }
    const set = (guest: Limits) =>
      admin.client.admin.settings.update.mutate({ limits: { server: noLimits, admin: noLimits, member: noLimits, guest } })
    await set(limits)
    const reserve = async (parameters: AnswerParameters) => {
      const gate = createGate()
      app.provider.script(async (reply) => {
        await gate.opened
        await text('ok')(reply)
      })
      const conversationId = await create(parameters)
      await send(user, 'one', { conversationId })
      await expect.poll(() => app.database.queries.$count(usageReservations)).toBe(1)
      const [row] = await app.database.queries.select().from(usageReservations)
      gate.open()
      await expect.poll(() => app.database.queries.$count(usageReservations)).toBe(0)
      return row?.tokens ?? 0
    }
    const usual = await reserve({})
    const little = await reserve({ maxOutputTokens: 100 })
    const much = await reserve({ maxOutputTokens: 1_000_000 })
    await set(noLimits)
    expect(usual - little).toBe(16_384 - 100)
    expect(much).toBe(usual)
  })
})

test('a program asks with its own parameters first, and gets an error where one of those is refused', async () => {
  const { token } = await user.client.tokens.create.mutate({ name: 'program', scopes: ['chat'] })
  const openai = new OpenAI({ apiKey: token, baseURL: `${app.url}/v1`, maxRetries: 0 })
  await setDefaults({ temperature: 1.5, topP: 0.5 })
  const model = 'picky'
  const messages = [{ role: 'user' as const, content: 'Hi' }]
  await openai.chat.completions.create({ model, messages, temperature: 0, reasoning_effort: 'high', max_completion_tokens: 70 })
  expect(lastSent()).toEqual({ temperature: 0, top_p: 0.5, reasoning_effort: 'high', max_tokens: 70 })
  await openai.responses.create({ model, input: 'Hi', top_p: 0.1, max_output_tokens: 9, reasoning: { effort: 'low' } })
  expect(lastSent()).toEqual({ temperature: 1.5, top_p: 0.1, max_tokens: 9, reasoning_effort: 'low' })

  const conversationId = await create({ topP: 0.8 })
  await openai.chat.completions.create({ model, messages, temperature: 0.3, metadata: { conversation_id: conversationId } })
  expect(lastSent()).toEqual({ temperature: 0.3, top_p: 0.8 })

  const refusing: Answer = (reply) =>
    ('temperature' in reply.request.body
      ? httpAnswer(400, { error: { message: "Unsupported parameter: 'temperature'" } })
      : text('Hello'))(reply)
  app.provider.script(refusing)
  spare.script(httpError(401))
  // The administrator's is left out; the program's own is not.
  expect((await openai.chat.completions.create({ model, messages })).choices[0]?.message.content).toBe('Hello')
  await expect(openai.chat.completions.create({ model, messages, temperature: 0.2 })).rejects.toThrow()
  expect(lastSent()).toMatchObject({ temperature: 0.2 })
})
