import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countRows } from './count-rows.ts'
import { connect, createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { refused } from './refused.ts'
import { tokens } from '../testing/scripted-provider/index.ts'
import { ask, send } from './send.ts'
import { callOverSocket } from './untyped-call.ts'

let app: TestApp
const clock = { offsetMs: 0, now: () => new Date(Date.now() + clock.offsetMs) }

beforeAll(async () => {
  app = await createTestApp({
    env: { MESSAGES_PER_MINUTE: '3', AUTO_CONTINUE: 'off' },
    overrides: { clock },
    model: tokens(2, { stopAfter: 1, then: 'truncate' }),
  })
})
afterAll(() => app[Symbol.asyncDispose]())

const limited = {
  code: 'TOO_MANY_REQUESTS',
  reason: 'rate-limited',
  retryAfterMs: expect.any(Number),
  message: expect.stringMatching(/^Too many messages\. Try again in \d+ s$/u),
}

test('[X3] the fourth message of a minute is refused, says when to come again, and changes nothing', async () => {
  const user = await app.createUser()
  const first = await ask(user, 'one')
  const { conversationId, assistantMessageId: messageId, userMessageId } = first
  await ask(user, 'two', { conversationId })
  await ask(user, 'three')
  const before = await countRows(app.database, user)
  const calls = app.provider.calls

  const { client } = user
  const again = { requestId: randomUUID() }
  const attempts = [
    () => send(user, 'four'),
    () => send(user, 'four', { conversationId }),
    () => send(user, 'four', { conversationId: randomUUID(), create: true }),
    () => client.messages.complete.mutate({ ...again, content: 'four' }),
    () => client.messages.regenerate.mutate({ requestId: randomUUID(), messageId }),
    () => client.messages.continue.mutate({ requestId: randomUUID(), messageId }),
    () => client.messages.edit.mutate({ requestId: randomUUID(), messageId: userMessageId, content: 'four' }),
  ]
  for (const attempt of attempts) {
    const { retryAfterMs = 0, ...refusal } = await refused(attempt())
    expect({ ...refusal, retryAfterMs }).toMatchObject(limited)
    expect(retryAfterMs).toBeGreaterThan(0)
    expect(retryAfterMs).toBeLessThanOrEqual(60_000)
  }
  expect(await countRows(app.database, user)).toEqual(before)
  expect(app.provider.calls).toBe(calls)

  // Requests that start no answer are not limited.
  await client.messages.list.query({ conversationId })
  await client.conversations.fork.mutate({ requestId: randomUUID(), messageId })
  await client.messages.delete.mutate({ requestId: randomUUID(), messageId })
})

test('a user who waits for the stated time may continue, not a moment before', async () => {
  const user = await app.createUser()
  try {
    await ask(user, 'one')
    clock.offsetMs = 20_000
    await ask(user, 'two')
    await ask(user, 'three')
    const requestId = randomUUID()
    const { retryAfterMs = 0 } = await refused(send(user, 'four', { requestId }))
    expect(retryAfterMs).toBeGreaterThan(35_000)
    expect(retryAfterMs).toBeLessThanOrEqual(40_000)
    clock.offsetMs += (retryAfterMs ?? 0) - 5_000
    expect(await refused(send(user, 'four', { requestId }))).toMatchObject(limited)
    clock.offsetMs += 5_000
    expect(await ask(user, 'four', { requestId })).toMatchObject({ response: 't1 ' })
    expect(await refused(send(user, 'five'))).toMatchObject(limited)
  } finally {
    clock.offsetMs = 0
  }
})

test('repeats of a request that was accepted do not count, and are answered when the minute is full', async () => {
  const user = await app.createUser()
  const inputs = ['one', 'two', 'three'].map((content) => ({ requestId: randomUUID(), content }))
  const answers = []
  for (const input of inputs) {
    answers.push(await user.client.messages.send.mutate(input))
    for (let repeat = 0; repeat < 3; repeat += 1) await user.client.messages.send.mutate(input)
  }
  expect(await refused(send(user, 'four'))).toMatchObject(limited)
  for (const [index, input] of inputs.entries()) expect(await user.client.messages.send.mutate(input)).toEqual(answers[index])
})

test('the limit applies to one user, over all clients, tokens and transports, and to no other user (attack E13)', async () => {
  const [user, other] = [await app.createUser(), await app.createUser()]
  const { token } = await user.client.tokens.create.mutate({ name: 'script' })
  const script = connect(app.url, token)
  const socket = callOverSocket(app.url, { token: user.token })
  const content = 'hello'
  await send(user, content)
  await send(script, content)
  expect(await socket.call('messages.send', 'mutation', { requestId: randomUUID(), content })).toMatchObject({
    answer: expect.anything(),
  })
  expect(await socket.call('messages.send', 'mutation', { requestId: randomUUID(), content })).toMatchObject({ refused: limited })
  expect(await refused(send(script, content))).toMatchObject(limited)
  expect(await refused(send(user, content))).toMatchObject(limited)
  expect(await send(other, content)).toMatchObject({ conversationId: expect.any(String) })
  await socket.close()
})

test('of many messages at the same moment no more than the limit get through', async () => {
  const user = await app.createUser()
  const ends = await Promise.allSettled(Array.from({ length: 12 }, () => send(user, 'at once')))
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
  for (const end of ends) if (end.status === 'rejected') expect(await refused(Promise.reject(end.reason))).toMatchObject(limited)
  expect(await countRows(app.database, user)).toMatchObject({ generations: 3, conversations: 3, messages: 6, requests: 3 })
})
