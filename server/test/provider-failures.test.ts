import { randomUUID } from 'node:crypto'
import type { EventRecord } from '@holdfast/shared'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { follow, type Follower } from './follow.ts'
import {
  hangBeforeHeaders,
  html,
  httpError,
  inTurn,
  text,
  tokens,
  tokensText,
  type Answer,
} from '../testing/scripted-provider/index.ts'

let app: TestApp

beforeAll(async () => {
  // Backing off is not waited for: its length is looked at instead.
  app = await createTestApp({ env: { AUTO_CONTINUE: 'off', MODEL_IDLE_TIMEOUT_MS: '500' }, overrides: { random: () => 0 } })
})
afterAll(() => app[Symbol.asyncDispose]())

async function ask(user: TestUser, answer: Answer) {
  app.provider.script(answer)
  const calls = app.provider.calls
  const sent = await user.client.messages.send.mutate({ requestId: randomUUID(), content: 'go' })
  const reader = follow(user.client, sent.conversationId)
  await reader.until((state) => state.conversation?.hasActiveGeneration === false)
  return { ...sent, reader, message: reader.message(sent.assistantMessageId), calls: app.provider.calls - calls }
}

function eventsOf(reader: Follower): EventRecord['event'][] {
  return reader.batches.flat().map(({ event }) => event)
}

test('a provider that fails twice is asked three times, each try visible, and the third answer stands alone', async () => {
  const user = await app.createUser()
  const { message, calls, reader } = await ask(
    user,
    inTurn(httpError(503), httpError(429, undefined, { 'retry-after-ms': '700' }), text('At last.')),
  )
  expect(message).toMatchObject({ status: 'completed', content: 'At last.' })
  expect(calls).toBe(3)
  const retries = eventsOf(reader).filter((event) => event.type === 'generation-retry')
  expect(retries.map(({ attempt, maxAttempts, delayMs }) => ({ attempt, maxAttempts, delayMs }))).toEqual([
    { attempt: 2, maxAttempts: 3, delayMs: 500 },
    { attempt: 3, maxAttempts: 3, delayMs: 700 },
  ])
})

test('after three tries the message says what happened and what to do', async () => {
  const user = await app.createUser()
  const { message, calls } = await ask(user, httpError(503))
  expect(calls).toBe(3)
  expect(message?.status).toBe('error')
  expect(message?.error?.code).toBe('provider-overloaded')
  expect(message?.error?.message).toMatch(/\.$/u)
})

test('a connection that breaks in mid-answer keeps what was shown and, with AUTO_CONTINUE=off, is never tried again', async () => {
  const user = await app.createUser()
  const { message, calls } = await ask(user, tokens(100, { perSecond: 500, stopAfter: 30, then: 'drop' }))
  expect(calls).toBe(1)
  expect(message).toMatchObject({ status: 'error', error: { code: 'connection-lost' } })
  expect(message?.content.length).toBeGreaterThan(0)
  expect(tokensText(30).startsWith(message?.content ?? '-')).toBe(true)
})

test.for([
  ['a wrong key', httpError(401), 'provider-unauthorized', 1],
  ['a page instead of a stream', html(), 'provider-not-a-stream', 1],
  [
    'a model that is not there',
    httpError(404, { message: 'The model does not exist', code: 'model_not_found' }),
    'model-not-found',
    1,
  ],
  ['an answer that is cut off', tokens(10, { stopAfter: 5, then: 'truncate' }), 'provider-truncated', 1],
  ['a provider that never says a word', hangBeforeHeaders, 'provider-timeout', 3],
  ['a provider that falls silent', tokens(10, { stopAfter: 5, then: 'hang' }), 'provider-timeout', 1],
] as const)('%s is a state that the page can explain, and tells nothing internal', async ([, answer, code, tries]) => {
  const user = await app.createUser()
  const { message, calls } = await ask(user, answer)
  expect(message?.status).toBe('error')
  expect(message?.error?.code).toBe(code)
  expect(message?.error?.message).not.toMatch(/127\.0\.0\.1|localhost|at .*:\d+|sk-/u)
  expect(calls).toBe(tries)
})

test('a provider that is not there at all, and the same message written again when it is back', async () => {
  const user = await app.createUser()
  const { message, assistantMessageId, reader } = await ask(user, (reply) => reply.drop())
  expect(message?.status).toBe('error')
  app.provider.script(text('Back.'))
  const again = await user.client.messages.regenerate.mutate({ requestId: randomUUID(), messageId: assistantMessageId })
  await reader.until(() => reader.message(again.assistantMessageId)?.status === 'completed')
  expect(reader.message(again.assistantMessageId)).toMatchObject({
    content: 'Back.',
    siblingIds: [assistantMessageId, again.assistantMessageId],
  })
})
