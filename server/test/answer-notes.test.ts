import { randomUUID } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import type { Message } from '@holdfast/shared'
import { asc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pruneLogs } from '../src/event-log/log-janitor.ts'
import { createModels } from '../src/app/create-models.ts'
import { openModelFacts } from '../src/models/open-model-facts.ts'
import { createClock } from '../src/platform/clock.ts'
import { createLogger } from '../src/platform/logger.ts'
import { createLongPath } from './create-long-path.ts'
import { createTestApp, createTestConfig, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { follow } from './follow.ts'
import { httpError, inTurn, text, thinking, tokens, toolCalls, type Answer } from '../testing/scripted-provider/index.ts'
import { ask } from './send.ts'

/** These tests fit nowhere else: each uses a model of its own, about which nothing is known yet. */
let app: TestApp
let model = ''
beforeAll(async () => {
  app = await createTestApp({ env: { AUTO_CONTINUE: 'off' }, overrides: { random: () => 0 } })
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

/** Some 13,000 tokens, in one piece. */
const longAnswer: Answer = async (reply) => {
  await reply.tokens(['lorem ipsum dolor '.repeat(4_500)])
  await reply.finish()
}

/** A conversation of which four turns do not fit into the window that an unknown model is given. */
async function fillConversation(user: TestUser, turns: number) {
  app.provider.script(longAnswer)
  const { id: conversationId } = await user.client.conversations.create.mutate({ title: 'Long', model })
  for (let turn = 0; turn < turns; turn += 1) await ask(user, long(`question ${turn}`), { conversationId })
  return conversationId
}

const leftOut = (count: number) => ({ kind: 'turns-left-out', count, contextWindow: null, assumedWindow: 32_768 })
const sentOf = (index = -1) => (app.provider.requests.at(index)?.body.messages ?? []).map(({ content }) => String(content))

describe('turns that were left out', () => {
  test('[F7] are noted on the answer: live, in every read, in a copy, and after its events are gone', async () => {
    const user = await app.createUser()
    const conversationId = await fillConversation(user, 3)
    const reader = follow(user.client, conversationId)
    const { assistantMessageId: id } = await ask(user, long('question 3'), { conversationId })
    const questions = sentOf().filter((content) => content.startsWith('question'))
    const expected = [leftOut(4 - questions.length)]
    expect(questions.length).toBeLessThan(4)
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

  test('D5 a long conversation of short questions is sent whole: it is cut by tokens, not by the number of messages', async () => {
    const user = await app.createUser()
    app.provider.script(text('ok'))
    const { conversationId } = await createLongPath(app.database, user, 600)
    const { assistantMessageId: id } = await ask(user, 'and now?', { conversationId, model })
    expect((app.provider.requests.at(-1)?.body.messages ?? []).filter(({ role }) => role === 'user')).toHaveLength(301)
    expect(await readMessage(user, conversationId, id)).not.toHaveProperty('notes')
  })

  test('count also where they are too far up to be read at all', async () => {
    await using small = await createTestApp({ env: { MODEL_CONTEXT_WINDOW: '4096' } })
    const user = await small.createUser()
    small.provider.script(text('ok'))
    const { conversationId } = await createLongPath(small.database, user, 3_000)
    const { assistantMessageId: id } = await ask(user, 'and now?', { conversationId })
    const questions = (small.provider.requests.at(-1)?.body.messages ?? []).filter(({ role }) => role === 'user')
    expect(questions.length).toBeGreaterThan(1)
    expect(questions.length).toBeLessThan(500)
    expect((await readMessage(user, conversationId, id))?.notes).toEqual([
      { kind: 'turns-left-out', count: 1_501 - questions.length, contextWindow: 4096 },
    ])
  })

  test('D5 are said once, not below every answer', async () => {
    const user = await app.createUser()
    const conversationId = await fillConversation(user, 6)
    const { messages } = await user.client.conversations.get.query({ conversationId })
    expect(messages.flatMap(({ notes = [] }) => notes)).toMatchObject([{ kind: 'turns-left-out' }])
  })

  test('D3 a model of which nothing is known does not forget after two pages', async () => {
    const user = await app.createUser()
    app.provider.script(text('ok'))
    const { id: conversationId } = await user.client.conversations.create.mutate({ title: 'Pages', model: `qwen3:8b-${model}` })
    for (let turn = 0; turn < 4; turn += 1) await ask(user, long(`question ${turn}`), { conversationId })
    expect(sentOf().filter((content) => content.startsWith('question'))).toHaveLength(4)
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
  ])('is shortened and sent again, immediately and once: a provider %s', async (_name, refusal, window) => {
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

describe('a provider that reports fewer tokens than were sent', () => {
  const reports = (prompt: number) => text('ok', { usage: { prompt_tokens: prompt, completion_tokens: 3 } })
  const noteOf = async (user: TestUser, conversationId: string, id: string) =>
    (await readMessage(user, conversationId, id))?.notes?.find(({ kind }) => kind === 'prompt-cut')

  test('Q57 has read only a part, if it reports no more while the prompt grows: noted, and the next prompt is shorter', async () => {
    const user = await app.createUser()
    const conversationId = await fillConversation(user, 1)
    app.provider.script(reports(4096))
    const first = await ask(user, long('second question'), { conversationId })
    expect(await noteOf(user, conversationId, first.assistantMessageId)).toBeUndefined()
    const second = await ask(user, long('third question'), { conversationId })
    expect(await noteOf(user, conversationId, second.assistantMessageId)).toMatchObject({ readTokens: 4096 })
    app.provider.script(reports(1500))
    const third = await ask(user, 'short', { conversationId })
    expect(sentOf().join('').length).toBeLessThan(sentOf(-2).join('').length / 2)
    // The turn before is never forgotten.
    expect(sentOf().some((content) => content.includes('third question'))).toBe(true)
    expect((await readMessage(user, conversationId, third.assistantMessageId))?.notes).toMatchObject([
      { kind: 'turns-left-out', contextWindow: 4096 },
    ])
    // It has read more than it was thought to hold.
    app.provider.script(reports(9000))
    await ask(user, 'shorter', { conversationId })
    app.provider.script(reports(9000))
    await ask(user, 'and now?', { conversationId })
    expect(sentOf().some((content) => content.includes('second question'))).toBe(true)
  })

  test('D4 counts in another way, if its report grows along: one odd count changes nothing', async () => {
    const user = await app.createUser()
    const conversationId = await fillConversation(user, 1)
    for (const [turn, prompt] of [1_100, 3_000, 4_500, 1_100].entries()) {
      app.provider.script(reports(prompt))
      const { assistantMessageId: id } = await ask(user, long(`question ${turn}`), { conversationId })
      expect(await readMessage(user, conversationId, id)).not.toHaveProperty('notes')
    }
    expect(sentOf().filter((content) => content.startsWith('question'))).toHaveLength(5)
  })
})

test('a refusal that was wrong is unlearnt once the model has read more', async () => {
  const user = await app.createUser()
  const conversationId = await fillConversation(user, 1)
  const answer = text('ok', { usage: { prompt_tokens: 9_000, completion_tokens: 3 } })
  app.provider.script(inTurn(httpError(400, { message: 'maximum context length is 4096 tokens' }), answer))
  await ask(user, 'last', { conversationId })
  await ask(user, 'and now?', { conversationId })
  expect(sentOf().some((content) => content.includes('question 0'))).toBe(true)
})

test('facts learnt about a model hold after a restart, until the settings say something else', async () => {
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

describe('B05 thoughts that only end with a tag', () => {
  const thinksAloud: Answer = async (reply) => {
    await reply.tokens(['The user asks', ' for two.\n</th', 'ink>\n', '\nThe answer is **2**.'])
    await reply.finish()
  }

  test('are taken back from what was shown as the answer', async () => {
    const user = await app.createUser()
    app.provider.script(thinksAloud)
    const { conversationId, assistantMessageId: id, response } = await ask(user, 'one and one?', { model })
    expect(response).toBe('The answer is **2**.')
    const late = follow(user.client, conversationId, { lastEventId: '0' })
    await late.until(() => late.message(id)?.status === 'completed')
    const stored = await readMessage(user, conversationId, id)
    expect(stored?.parts).toMatchObject([
      { type: 'reasoning', text: 'The user asks for two.\n' },
      { type: 'text', text: 'The answer is **2**.' },
    ])
    expect(late.batches.flat().map(({ event }) => event.type)).toContain('text-was-reasoning')
    expect(late.message(id)?.parts).toEqual(stored?.parts)
    await ask(user, 'sure?', { conversationId, model })
    expect(sentOf().join()).not.toContain('The user asks')
  })

  test('are not part of the answer either where a tool is called after them', async () => {
    const user = await app.createUser()
    app.provider.script(
      inTurn(async (reply) => {
        await reply.tokens(['I look at the tasks.\n</think>'])
        await reply.call({ name: 'list_tasks', args: '{}' })
        await reply.finish('tool_calls')
      }, text('There are none.')),
    )
    const { conversationId, assistantMessageId: id } = await ask(user, 'tasks?', { model })
    const parts = (await readMessage(user, conversationId, id))?.parts
    expect(parts?.map((part) => part.type)).toEqual(['reasoning', 'tool-call', 'text'])
  })
})
