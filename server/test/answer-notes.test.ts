import { randomUUID } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import type { Message } from '@holdfast/shared'
import { asc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pruneLogs } from '../src/log/log-janitor.ts'
import { createModels } from '../src/models/create-models.ts'
import { openModelFacts } from '../src/models/open-model-facts.ts'
import { createClock } from '../src/clock.ts'
import { createLogger } from '../src/logger.ts'
import { createLongPath } from './create-long-path.ts'
import { createTestApp, createTestConfig, type TestApp, type TestUser } from './create-test-app.ts'
import { follow } from './follow.ts'
import { httpError, inTurn, text, thinking, tokens, toolCalls, type Answer } from './scripted-provider/index.ts'
import { ask } from './send.ts'

/** What fits here fits nowhere else: each test asks a model of its own, which has learnt nothing yet. */
let app: TestApp
let model = ''
beforeAll(async () => {
  app = await createTestApp({ overrides: { random: () => 0 } })
})
beforeEach(() => {
  model = `model-${randomUUID()}`
})
afterAll(() => app[Symbol.asyncDispose]())

const long = (what: string) => `${what} ${'lorem ipsum dolor '.repeat(500)}`

async function readMessage(user: TestUser, conversationId: string, messageId: string): Promise<Message | undefined> {
  const { messages } = await user.client.conversations.get.query({ conversationId })
  return messages.find(({ id }) => id === messageId)
}

/** A conversation of which not all fits into the 8192 tokens that an unknown model is given. */
async function fillConversation(user: TestUser, turns: number) {
  app.provider.script(text('ok'))
  const { id: conversationId } = await user.client.conversations.create.mutate({ title: 'Long', model })
  for (let turn = 0; turn < turns; turn += 1) await ask(user, long(`question ${turn}`), { conversationId })
  return conversationId
}

const leftOut = (count: number, contextWindow: number | null = null) => ({ kind: 'turns-left-out', count, contextWindow })
const sentOf = (index = -1) => (app.provider.requests.at(index)?.body.messages ?? []).map(({ content }) => String(content))

describe('turns that were left out', () => {
  test('[F7] are noted on the answer: live, in every read, in a copy, and after its events are gone', async () => {
    const user = await app.createUser()
    const conversationId = await fillConversation(user, 4)
    const reader = follow(user.client, conversationId)
    const { assistantMessageId: id } = await ask(user, long('question 4'), { conversationId })
    const questions = sentOf().filter((content) => content.startsWith('question'))
    const expected = [leftOut(5 - questions.length)]
    expect(questions.length).toBeLessThan(5)
    await reader.until(() => reader.message(id)?.status === 'completed')
    expect(reader.message(id)?.notes).toEqual(expected)
    expect((await readMessage(user, conversationId, id))?.notes).toEqual(expected)
    const { id: copyId } = await user.client.conversations.fork.mutate({ requestId: randomUUID(), messageId: id })
    const copy = await user.client.conversations.get.query({ conversationId: copyId })
    expect(copy.messages.at(-1)?.notes).toEqual(expected)
    await pruneLogs(app.database, 0)
    expect((await readMessage(user, conversationId, id))?.notes).toEqual(expected)
    const late = follow(user.client, conversationId, { lastEventId: '1' })
    await late.until(() => late.message(id) !== undefined)
    expect(late.message(id)?.notes).toEqual(expected)
  })

  test('are not spoken of where all was sent', async () => {
    const user = await app.createUser()
    const conversationId = await fillConversation(user, 1)
    const { messages } = await user.client.conversations.get.query({ conversationId })
    expect(messages.some((message) => 'notes' in message)).toBe(false)
  })

  test('count also where they are too far up to be read at all', async () => {
    const user = await app.createUser()
    app.provider.script(text('ok'))
    const { conversationId } = await createLongPath(app.database, user, 600)
    const { assistantMessageId: id } = await ask(user, 'and now?', { conversationId, model })
    const questions = (app.provider.requests.at(-1)?.body.messages ?? []).filter(({ role }) => role === 'user')
    expect(questions.length).toBeLessThanOrEqual(200)
    expect((await readMessage(user, conversationId, id))?.notes).toEqual([leftOut(301 - questions.length)])
  })
})

describe('a prompt that the provider finds too long', () => {
  const saysHowMuch = (tokens: number) =>
    httpError(400, { message: `This model's maximum context length is ${tokens} tokens.`, code: 'context_length_exceeded' })
  const saysNothing = httpError(400, {
    message: 'the request exceeds the available context size',
    type: 'exceed_context_size_error',
  })

  test.each([
    ['that says how much fits', saysHowMuch(4096), 4096],
    ['that does not say how much fits', saysNothing, null],
  ])('is made shorter and sent again, at once and once: a provider %s', async (_name, refusal, window) => {
    const user = await app.createUser()
    const conversationId = await fillConversation(user, 2)
    app.provider.script(inTurn(refusal, text('It fits.')))
    const calls = app.provider.calls
    const reader = follow(user.client, conversationId)
    const { assistantMessageId: id, response } = await ask(user, long('last question'), { conversationId })
    expect(response).toBe('It fits.')
    expect(app.provider.calls - calls).toBe(2)
    expect(sentOf().join('').length).toBeLessThan(sentOf(-2).join('').length * 0.8)
    expect(sentOf().at(-1)).toContain('last question')
    await reader.until(() => reader.message(id)?.status === 'completed')
    const [note] = reader.message(id)?.notes ?? []
    expect(note).toMatchObject({ kind: 'turns-left-out', contextWindow: window ?? expect.any(Number) })
    const events = reader.batches.flat().map(({ event }) => event.type)
    expect(events).not.toContain('generation-retry')
    // From then on it is known.
    app.provider.script(text('Again.'))
    await ask(user, long('one more'), { conversationId })
    expect(app.provider.calls - calls).toBe(3)
    expect(sentOf().join('').length).toBeLessThan(sentOf(-3).join('').length)
  })

  test('costs nothing when it is refused, and each of the two calls has its row', async () => {
    const user = await app.createUser()
    const conversationId = await fillConversation(user, 2)
    app.provider.script(inTurn(saysHowMuch(4096), text('ok', { usage: { prompt_tokens: 3000, completion_tokens: 2 } })))
    const { assistantMessageId: id } = await ask(user, long('last'), { conversationId })
    const { modelCalls } = schema
    const rows = await app.database.queries
      .select()
      .from(modelCalls)
      .where(eq(modelCalls.messageId, id))
      .orderBy(asc(modelCalls.startedAt), asc(modelCalls.id))
    expect(rows).toMatchObject([
      { state: 'failed', errorCode: 'context-overflow', inputTokens: 0 },
      { state: 'completed', inputTokens: 3000 },
    ])
  })

  test.each([
    ['is refused again', true, 2],
    ['has nothing that could be left out', false, 1],
  ])('fails with a sentence when it %s', async (_name, hasHistory, calls) => {
    const user = await app.createUser()
    const conversationId = await fillConversation(user, hasHistory ? 2 : 0)
    app.provider.script(saysNothing)
    const before = app.provider.calls
    const { assistantMessageId: id, status } = await ask(user, long('last'), { conversationId })
    expect(status).toBe('error')
    expect(app.provider.calls - before).toBe(calls)
    const message = await readMessage(user, conversationId, id)
    expect(message?.error).toMatchObject({ code: 'context-overflow', provider: expect.any(String), tries: 1 })
  })
})

test('Q57 a prompt of which the provider has read only a part is noted, and the next one is shorter', async () => {
  const user = await app.createUser()
  const conversationId = await fillConversation(user, 2)
  app.provider.script(text('Who are you?', { usage: { prompt_tokens: 2048, completion_tokens: 3 } }))
  const { assistantMessageId: id } = await ask(user, long('last question'), { conversationId })
  const [note] = (await readMessage(user, conversationId, id))?.notes ?? []
  expect(note).toMatchObject({ kind: 'prompt-cut', readTokens: 2048 })
  expect(note?.kind === 'prompt-cut' && note.sentTokens).toBeGreaterThan(2048 / 0.6)
  app.provider.script(text('ok', { usage: { prompt_tokens: 1500, completion_tokens: 3 } }))
  const { assistantMessageId: nextId } = await ask(user, 'short', { conversationId })
  expect(sentOf().join('').length).toBeLessThan(sentOf(-2).join('').length / 2)
  expect((await readMessage(user, conversationId, nextId))?.notes).toMatchObject([
    { kind: 'turns-left-out', contextWindow: 2048 },
  ])
})

test('what was learnt about a model holds after a restart, until the settings say something else', async () => {
  const user = await app.createUser()
  const conversationId = await fillConversation(user, 2)
  app.provider.script(inTurn(httpError(400, { message: 'maximum context length is 4096 tokens' }), text('ok')))
  await ask(user, long('last'), { conversationId })
  const restart = async (env: Record<string, string> = {}) => {
    const logger = createLogger('silent')
    const facts = await openModelFacts({ database: app.database, clock: createClock(), logger })
    return await createModels(createTestConfig(app.provider, env), logger, facts)
  }
  await using same = await restart()
  expect(await same.describe(model)).toMatchObject({ contextWindow: 4096 })
  await using changed = await restart({ MODEL_CONTEXT_WINDOW: '32000' })
  expect(await changed.describe(model)).toMatchObject({ contextWindow: 32_000 })
})

test('a thought says how long it took', async () => {
  const user = await app.createUser()
  const slow: Answer = async (reply) => {
    await reply.think('Hm. ')
    await reply.sleep(120)
    await reply.think('Yes.')
    await text('Four.')(reply)
  }
  app.provider.script(slow)
  const { assistantMessageId: id, conversationId } = await ask(user, 'Two and two?')
  const [thought, said] = (await readMessage(user, conversationId, id))?.parts ?? []
  expect(thought).toMatchObject({ type: 'reasoning', text: 'Hm. Yes.' })
  expect(thought?.type === 'reasoning' && thought.durationMs).toBeGreaterThanOrEqual(110)
  expect(said).toEqual({ type: 'text', text: 'Four.' })
})

test('thinking again after a tool is another thought with a time of its own', async () => {
  const user = await app.createUser()
  app.provider.script(
    inTurn(
      thinking('Look first.', toolCalls({ name: 'list_tasks', args: { status: 'all' } })),
      thinking('Nothing there.', text('Nothing.')),
    ),
  )
  const { assistantMessageId: id, conversationId } = await ask(user, 'What is left?')
  const parts = (await readMessage(user, conversationId, id))?.parts ?? []
  expect(parts.map(({ type }) => type)).toEqual(['reasoning', 'tool-call', 'reasoning', 'text'])
  expect(parts.filter(({ type }) => type === 'reasoning')).toEqual([
    { type: 'reasoning', text: 'Look first.', durationMs: expect.any(Number) },
    { type: 'reasoning', text: 'Nothing there.', durationMs: expect.any(Number) },
  ])
})

test('a failure says who was asked and how often', async () => {
  const user = await app.createUser()
  app.provider.script(httpError(503))
  const { assistantMessageId: id, conversationId } = await ask(user, 'hello', { model })
  expect((await readMessage(user, conversationId, id))?.error).toMatchObject({
    code: 'provider-overloaded',
    provider: new URL(app.provider.baseUrl).host,
    tries: 3,
  })
  app.provider.script(tokens(10, { stopAfter: 5, then: 'truncate' }))
  const cut = await ask(user, 'hello', { conversationId })
  expect((await readMessage(user, conversationId, cut.assistantMessageId))?.error).toMatchObject({
    code: 'provider-truncated',
    tries: 1,
  })
})
