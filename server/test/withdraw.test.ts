import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catchUp } from './catch-up.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { follow } from './follow.ts'
import { refused } from './refused.ts'
import { createGate, tokens, tokensText } from '../testing/scripted-provider/index.ts'
import { ask, send } from './send.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

const withdraw = (user: TestUser, messageId: string, requestId: string = randomUUID()) =>
  user.client.messages.withdraw.mutate({ requestId, messageId })

/** An answer that is held half-way, and three questions behind it. */
async function openQueue(user: TestUser) {
  const gate = createGate()
  app.provider.script(tokens(4, { stopAfter: 2, then: gate }))
  const first = await send(user, 'one')
  const { conversationId } = first
  const second = await send(user, 'say two', { conversationId })
  const third = await send(user, 'say three', { conversationId })
  const fourth = await send(user, 'say four', { conversationId })
  const reader = follow(user.client, conversationId)
  await reader.until(() => reader.message(first.assistantMessageId)?.content === tokensText(2))
  const readPath = async () => (await user.client.messages.list.query({ conversationId })).messages
  return { gate, conversationId, first, second, third, fourth, reader, readPath }
}

describe('[R5] a question that is withdrawn before its turn', () => {
  test('is gone with its answer, and what was behind it keeps its place in the queue', async () => {
    const user = await app.createUser()
    const { gate, conversationId, first, second, third, fourth, reader, readPath } = await openQueue(user)
    const calls = app.provider.calls
    expect(await withdraw(user, third.userMessageId)).toEqual({ messageId: third.userMessageId, content: 'say three' })
    await reader.until(({ conversation }) => conversation?.messageCount === 6)
    expect(reader.message(third.assistantMessageId)).toBeUndefined()
    expect(reader.message(fourth.userMessageId)).toMatchObject({ parentId: second.assistantMessageId })
    expect(reader.message(fourth.assistantMessageId)).toMatchObject({ status: 'queued' })
    const caught = await catchUp(user, reader, { conversationId })
    expect(reader.state().conversation).toEqual(caught.conversation)

    gate.open()
    await reader.until(() => reader.message(fourth.assistantMessageId)?.status === 'completed')
    expect((await readPath()).map(({ id }) => id)).toEqual([
      first.userMessageId,
      first.assistantMessageId,
      second.userMessageId,
      second.assistantMessageId,
      fourth.userMessageId,
      fourth.assistantMessageId,
    ])
    expect(app.provider.calls - calls, 'one call of the provider for each that is left').toBe(2)
    reader.stop()
  })

  test('may be the first that waits or the last: the end of the path moves with it', async () => {
    const user = await app.createUser()
    const { gate, conversationId, first, second, third, fourth, reader } = await openQueue(user)
    await withdraw(user, fourth.userMessageId)
    const { conversation } = await user.client.conversations.get.query({ conversationId })
    expect(conversation).toMatchObject({ activeMessageId: third.assistantMessageId, messageCount: 6, hasActiveGeneration: true })
    await withdraw(user, second.userMessageId)
    await reader.until(() => reader.message(third.userMessageId)?.parentId === first.assistantMessageId)
    gate.open()
    await reader.until(() => reader.message(third.assistantMessageId)?.status === 'completed')
    reader.stop()
  })

  test('can be withdrawn when it was cancelled with the answer in front of it', async () => {
    const user = await app.createUser()
    const { conversationId, first, second, third, fourth, reader } = await openQueue(user)
    await user.client.messages.cancel.mutate({ messageId: first.assistantMessageId })
    await reader.until(() => reader.message(fourth.assistantMessageId)?.status === 'cancelled')
    for (const { userMessageId } of [second, third, fourth]) await withdraw(user, userMessageId)
    const { conversation, messages } = await user.client.conversations.get.query({ conversationId })
    expect(messages.map(({ id }) => id)).toEqual([first.userMessageId, first.assistantMessageId])
    expect(conversation).toMatchObject({
      activeMessageId: first.assistantMessageId,
      messageCount: 2,
      hasActiveGeneration: false,
      state: 'idle',
    })
    reader.stop()
  })

  test('is withdrawn once, and the same request gives the same answer', async () => {
    const user = await app.createUser()
    const { gate, third, reader } = await openQueue(user)
    const requestId = randomUUID()
    const answers = await Promise.all([1, 2, 3].map(() => withdraw(user, third.userMessageId, requestId)))
    expect(new Set(answers.map(({ content }) => content))).toEqual(new Set(['say three']))
    expect(await refused(withdraw(user, third.userMessageId))).toMatchObject({ code: 'NOT_FOUND' })
    gate.open()
    reader.stop()
  })

  test('belongs to one user: for others it does not exist', async () => {
    const user = await app.createUser()
    const { gate, third, reader } = await openQueue(user)
    expect(await refused(withdraw(await app.createUser(), third.userMessageId))).toMatchObject({ code: 'NOT_FOUND' })
    gate.open()
    reader.stop()
  })
})

test('[R5] a question whose answer has begun is not withdrawn, nor is an answer', async () => {
  const user = await app.createUser()
  const { gate, first, second, reader } = await openQueue(user)
  for (const messageId of [first.userMessageId, first.assistantMessageId, second.assistantMessageId]) {
    expect(await refused(withdraw(user, messageId))).toMatchObject({ code: 'CONFLICT', reason: 'not-editable' })
  }
  gate.open()
  reader.stop()
  app.provider.script(tokens(1))
  const over = await ask(user, 'over')
  expect(await refused(withdraw(user, over.userMessageId))).toMatchObject({ code: 'CONFLICT', reason: 'not-editable' })
})

test('[R5] withdrawing while the answer in front ends leaves nothing waiting forever', async () => {
  const user = await app.createUser()
  for (let round = 0; round < 6; round += 1) {
    const { gate, conversationId, second, third, reader } = await openQueue(user)
    gate.open()
    await Promise.allSettled([withdraw(user, second.userMessageId), withdraw(user, third.userMessageId)])
    await reader.until(({ conversation }) => conversation?.hasActiveGeneration === false)
    expect((await user.client.messages.status.query({ conversationId })).hasActiveGeneration).toBe(false)
    reader.stop()
  }
})
