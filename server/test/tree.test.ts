import { randomUUID } from 'node:crypto'
import type { Message } from '@holdfast/shared'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { catchUp } from './catch-up.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { follow } from './follow.ts'
import { refused } from './refused.ts'
import { createCommandAnswer } from '../testing/scripted-provider/command-answer.ts'
import { createGate, tokens, tokensText } from '../testing/scripted-provider/index.ts'
import { contentToText } from '../testing/scripted-provider/scripted-request.ts'
import { ask, send } from './send.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp()
})
// What an earlier test has scripted is over.
beforeEach(() => app.provider.script(createCommandAnswer(createGate)))
afterAll(() => app[Symbol.asyncDispose]())

/** The content of a page: role and content, in order. */
async function readPath(user: TestUser, conversationId: string, leafId?: string): Promise<Message[]> {
  const { messages } = await user.client.messages.list.query({ conversationId, ...(leafId ? { leafId } : {}) })
  return messages
}

const contents = (messages: readonly Message[]) => messages.map(({ content }) => content)
const idsOf = (messages: readonly Message[]) => messages.map(({ id }) => id)

/** The messages of the last request to the model, without the instructions. */
function lastHistory(): string[] {
  const { messages = [] } = app.provider.requests.at(-1)?.body ?? {}
  return messages.filter(({ role }) => role !== 'system').map(({ content }) => contentToText(content))
}

describe('an edit', () => {
  test('is a sibling with an answer of its own; the model does not hear of the other branch', async () => {
    const user = await app.createUser()
    const first = await ask(user, 'say one')
    const { conversationId } = first
    const second = await ask(user, 'say two', { conversationId })
    const edited = await user.client.messages.edit.mutate({
      requestId: randomUUID(),
      messageId: second.userMessageId,
      content: 'say three',
    })
    const reader = follow(user.client, conversationId)
    await reader.until(() => reader.message(edited.assistantMessageId)?.status === 'completed')
    expect(lastHistory()).toEqual(['say one', 'one', 'say three'])

    expect(contents(await readPath(user, conversationId))).toEqual(['say one', 'one', 'say three', 'three'])
    const old = await readPath(user, conversationId, second.assistantMessageId)
    expect(contents(old)).toEqual(['say one', 'one', 'say two', 'two'])
    const siblingIds = [second.userMessageId, edited.userMessageId]
    expect(old[2]?.siblingIds).toEqual(siblingIds)
    expect(reader.message(edited.userMessageId)).toMatchObject({ siblingIds, parentId: first.assistantMessageId })
    expect(reader.state().conversation).toMatchObject({ messageCount: 6, activeMessageId: edited.assistantMessageId })
    reader.stop()
  })

  test('of the first question is a second root', async () => {
    const user = await app.createUser()
    const { conversationId, userMessageId } = await ask(user, 'say one')
    const edited = await user.client.messages.edit.mutate({
      requestId: randomUUID(),
      messageId: userMessageId,
      content: 'say two',
    })
    const [root] = await readPath(user, conversationId, edited.userMessageId)
    expect(root).toMatchObject({ parentId: null, siblingIds: [userMessageId, edited.userMessageId] })
  })

  test('[R9] stops nothing: both answers run to their ends', async () => {
    const user = await app.createUser()
    const gate = createGate()
    app.provider.script(tokens(6, { stopAfter: 3, then: gate }))
    const first = await send(user, 'one')
    const edited = await user.client.messages.edit.mutate({
      requestId: randomUUID(),
      messageId: first.userMessageId,
      content: 'two',
    })
    const reader = follow(user.client, first.conversationId)
    const both = [first.assistantMessageId, edited.assistantMessageId]
    await reader.until(() => both.every((id) => reader.message(id)?.content === tokensText(3)))
    expect(await user.client.messages.status.query({ conversationId: first.conversationId })).toMatchObject({
      hasActiveGeneration: true,
      generatingMessageId: edited.assistantMessageId,
      generatingMessageIds: both.toReversed(),
    })
    gate.open()
    await reader.until(() => both.every((id) => reader.message(id)?.status === 'completed'))
    expect(both.map((id) => reader.message(id)?.content)).toEqual([tokensText(6), tokensText(6)])
    expect(reader.state().conversation).toMatchObject({ state: 'idle', hasActiveGeneration: false })
    reader.stop()
  })

  test('under an answer that is being written waits for it', async () => {
    const user = await app.createUser()
    const gate = createGate()
    app.provider.script(tokens(4, { stopAfter: 2, then: gate }))
    const first = await send(user, 'one')
    const { conversationId } = first
    const second = await send(user, 'two', { conversationId })
    const edited = await user.client.messages.edit.mutate({
      requestId: randomUUID(),
      messageId: second.userMessageId,
      content: 'three',
    })
    const reader = follow(user.client, conversationId)
    const waiting = [second.assistantMessageId, edited.assistantMessageId]
    await reader.until(() => waiting.every((id) => reader.message(id)?.status === 'queued'))
    gate.open()
    await reader.until(() => waiting.every((id) => reader.message(id)?.status === 'completed'))
    expect(waiting.map((id) => reader.message(id)?.content)).toEqual([tokensText(4), tokensText(4)])
    reader.stop()
  })

  test('of an answer is refused', async () => {
    const user = await app.createUser()
    const { assistantMessageId: messageId } = await ask(user, 'say one')
    expect(
      await refused(user.client.messages.edit.mutate({ requestId: randomUUID(), messageId, content: 'mine' })),
    ).toMatchObject({
      code: 'CONFLICT',
      reason: 'not-editable',
      issues: [{ path: 'messageId', message: expect.any(String) }],
    })
  })
})

describe('a regeneration', () => {
  test('[R9] is a sibling of the answer, also while that is being written, and with another model', async () => {
    const user = await app.createUser()
    const gate = createGate()
    app.provider.script(tokens(4, { stopAfter: 2, then: gate }))
    const { conversationId, userMessageId, assistantMessageId } = await send(user, 'one')
    const again = await user.client.messages.regenerate.mutate({
      requestId: randomUUID(),
      messageId: assistantMessageId,
      model: 'scripted-2',
    })
    const reader = follow(user.client, conversationId)
    const both = [assistantMessageId, again.assistantMessageId]
    await reader.until(() => both.every((id) => reader.message(id)?.status === 'generating'))
    gate.open()
    await reader.until(() => both.every((id) => reader.message(id)?.status === 'completed'))
    for (const id of both)
      expect(reader.message(id)).toMatchObject({ parentId: userMessageId, siblingIds: both, content: tokensText(4) })
    expect(both.map((id) => reader.message(id)?.model)).toEqual(['scripted-1', 'scripted-2'])
    expect(
      app.provider.requests
        .slice(-2)
        .map(({ body }) => body.model)
        .toSorted(),
    ).toEqual(['scripted-1', 'scripted-2'])
    expect(reader.state().conversation).toMatchObject({ messageCount: 3, activeMessageId: again.assistantMessageId })
    reader.stop()
  })

  test('of a question, or of an answer whose question was deleted, is refused', async () => {
    const user = await app.createUser()
    app.provider.script(tokens(1))
    const first = await ask(user, 'one')
    const second = await ask(user, 'two', { conversationId: first.conversationId })
    const regenerate = (messageId: string) =>
      refused(user.client.messages.regenerate.mutate({ requestId: randomUUID(), messageId }))
    const expected = { code: 'CONFLICT', reason: 'not-editable' }
    expect(await regenerate(second.userMessageId)).toMatchObject(expected)
    for (const messageId of [second.userMessageId, first.userMessageId]) {
      await user.client.messages.delete.mutate({ requestId: randomUUID(), messageId })
    }
    expect(await regenerate(second.assistantMessageId)).toMatchObject(expected)
    expect(await regenerate(first.assistantMessageId)).toMatchObject(expected)
  })
})

describe('[M3] a deleted message', () => {
  test('in the middle leaves its children to its parent, for every reader', async () => {
    const user = await app.createUser()
    app.provider.script(tokens(1))
    const first = await ask(user, 'one')
    const { conversationId } = first
    const second = await ask(user, 'two', { conversationId })
    const other = await ask(user, 'two b', { conversationId, parentId: first.assistantMessageId })
    const reader = follow(user.client, conversationId)
    await reader.until((state) => state.conversation !== null)
    const answer = await user.client.messages.delete.mutate({ requestId: randomUUID(), messageId: first.assistantMessageId })
    expect(answer).toEqual({ messageId: first.assistantMessageId })
    await reader.until((state) => state.conversation?.messageCount === 5)

    const path = await readPath(user, conversationId)
    expect(idsOf(path)).toEqual([first.userMessageId, other.userMessageId, other.assistantMessageId])
    const siblingIds = [second.userMessageId, other.userMessageId]
    expect(path[1]).toMatchObject({ parentId: first.userMessageId, siblingIds })
    expect(path.map(({ id }) => reader.message(id))).toEqual(path)
    expect(reader.message(first.assistantMessageId)).toBeUndefined()
    const { conversation } = await catchUp(user, reader, { conversationId })
    expect(reader.state().conversation).toEqual(conversation)
    expect(await refused(user.client.messages.content.query({ messageId: first.assistantMessageId }))).toMatchObject({
      code: 'NOT_FOUND',
    })
    reader.stop()
  })

  test('at the root makes roots of its children', async () => {
    const user = await app.createUser()
    app.provider.script(tokens(1))
    const { conversationId, userMessageId, assistantMessageId } = await ask(user, 'one')
    const other = await ask(user, 'other root', { conversationId, parentId: null })
    await user.client.messages.delete.mutate({ requestId: randomUUID(), messageId: userMessageId })
    const [root] = await readPath(user, conversationId, assistantMessageId)
    expect(root).toMatchObject({ id: assistantMessageId, parentId: null, siblingIds: [assistantMessageId, other.userMessageId] })
  })

  test('that was the end of the active path gives the end to its parent', async () => {
    const user = await app.createUser()
    app.provider.script(tokens(1))
    const { conversationId, userMessageId, assistantMessageId } = await ask(user, 'one')
    const other = await ask(user, 'other root', { conversationId, parentId: null })
    const remove = async (messageId: string) => {
      await user.client.messages.delete.mutate({ requestId: randomUUID(), messageId })
      const { conversation, messages } = await user.client.conversations.get.query({ conversationId })
      expect(messages.at(-1)?.id ?? null).toBe(conversation.activeMessageId)
      return conversation.activeMessageId
    }
    expect(await remove(other.assistantMessageId)).toBe(other.userMessageId)
    expect(await remove(other.userMessageId)).toBe(userMessageId)
    expect(await remove(userMessageId)).toBe(assistantMessageId)
    expect(await remove(assistantMessageId)).toBeNull()
    expect(await ask(user, 'again', { conversationId })).toMatchObject({ status: 'completed' })
    expect((await readPath(user, conversationId))[0]).toMatchObject({ parentId: null, content: 'again' })
  })

  test('that is being written stops, with what waits behind it', async () => {
    const user = await app.createUser()
    const index = app.provider.calls
    app.provider.script(tokens(100_000, { perSecond: 200 }))
    const first = await send(user, 'one')
    const { conversationId, assistantMessageId: messageId } = first
    const second = await send(user, 'two', { conversationId })
    const reader = follow(user.client, conversationId)
    await reader.until(() => (reader.message(messageId)?.content.length ?? 0) > 20)
    await user.client.messages.delete.mutate({ requestId: randomUUID(), messageId })
    expect(await app.provider.closed(index)).toMatchObject({ byClient: true })
    await reader.until(() => reader.message(second.assistantMessageId)?.status === 'cancelled')
    await reader.until(() => reader.message(messageId) === undefined)
    expect(reader.message(second.userMessageId)?.parentId).toBe(first.userMessageId)
    await reader.until(({ conversation }) => conversation?.messageCount === 3)
    const { conversation } = await catchUp(user, reader, { conversationId })
    expect(reader.state().conversation).toEqual(conversation)
    expect(conversation).toMatchObject({ state: 'idle', hasActiveGeneration: false })
    reader.stop()
  })

  test('takes an answer that waits or is being written with it: nothing waits forever', async () => {
    const user = await app.createUser()
    const gate = createGate()
    app.provider.script(tokens(4, { stopAfter: 2, then: gate }))
    const first = await send(user, 'one')
    const { conversationId } = first
    const second = await send(user, 'two', { conversationId })
    const reader = follow(user.client, conversationId)
    await reader.until(() => reader.message(first.assistantMessageId)?.content === tokensText(2))
    for (const [question, answer] of [
      [second.userMessageId, second.assistantMessageId],
      [first.userMessageId, first.assistantMessageId],
    ] as const) {
      await user.client.messages.delete.mutate({ requestId: randomUUID(), messageId: question })
      await reader.until(() => reader.message(answer)?.status === 'cancelled')
      await reader.until(() => reader.message(question) === undefined)
    }
    await reader.until(({ conversation }) => conversation?.messageCount === 2)
    expect(reader.message(first.assistantMessageId)).toMatchObject({ parentId: null, content: tokensText(2) })
    expect(reader.message(second.assistantMessageId)).toMatchObject({ parentId: first.assistantMessageId, content: '' })
    const { conversation } = await catchUp(user, reader, { conversationId })
    expect(reader.state().conversation).toEqual(conversation)
    expect(conversation).toMatchObject({ hasActiveGeneration: false, state: 'idle' })
    gate.open()
    reader.stop()
  })

  test('leaves nothing waiting forever that was requested at the same moment', async () => {
    const user = await app.createUser()
    for (let round = 0; round < 6; round += 1) {
      const gate = createGate()
      app.provider.script(tokens(2, { stopAfter: 1, then: gate }))
      const first = await send(user, 'one')
      const { conversationId } = first
      const second = await send(user, 'two', { conversationId })
      const request = () => ({ requestId: randomUUID() })
      const { messages } = user.client
      const ends = await Promise.allSettled([
        messages.regenerate.mutate({ ...request(), messageId: second.assistantMessageId }),
        messages.delete.mutate({ ...request(), messageId: second.userMessageId }),
        messages.regenerate.mutate({ ...request(), messageId: second.assistantMessageId }),
        messages.send.mutate({ ...request(), conversationId, parentId: second.assistantMessageId, content: 'three' }),
      ])
      gate.open()
      const reader = follow(user.client, conversationId)
      await reader.until(({ conversation }) => conversation?.hasActiveGeneration === false)
      // One of them is refused at most for what another did: the deletion itself is never in vain.
      expect(ends[1]?.status).toBe('fulfilled')
      expect(reader.message(second.userMessageId)).toBeUndefined()
      reader.stop()
    }
  })

  test('is deleted once, however many ask at the same moment', async () => {
    const user = await app.createUser()
    app.provider.script(tokens(1))
    const { conversationId, userMessageId, assistantMessageId } = await ask(user, 'one')
    for (const messageId of [assistantMessageId, userMessageId]) {
      const calls = Array.from({ length: 6 }, () => user.client.messages.delete.mutate({ requestId: randomUUID(), messageId }))
      const ends = await Promise.allSettled(calls)
      expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    }
    expect(await user.client.conversations.get.query({ conversationId })).toMatchObject({
      conversation: { messageCount: 0, activeMessageId: null },
      messages: [],
    })
  })

  test('is not there for anyone: nothing can be attached to it, and it cannot be deleted again', async () => {
    const user = await app.createUser()
    app.provider.script(tokens(1))
    const { conversationId, userMessageId, assistantMessageId } = await ask(user, 'one')
    await user.client.messages.delete.mutate({ requestId: randomUUID(), messageId: assistantMessageId })
    expect(await refused(send(user, 'two', { conversationId, parentId: assistantMessageId }))).toMatchObject({
      code: 'CONFLICT',
      reason: 'stale-parent',
      issues: [{ path: 'parentId', message: expect.any(String) }],
    })
    const { client } = user
    const messageId = assistantMessageId
    const calls = [
      () => client.messages.delete.mutate({ requestId: randomUUID(), messageId }),
      () => client.messages.regenerate.mutate({ requestId: randomUUID(), messageId }),
      () => client.messages.continue.mutate({ requestId: randomUUID(), messageId }),
      () => client.conversations.fork.mutate({ requestId: randomUUID(), messageId }),
      () => client.conversations.get.query({ conversationId, leafId: messageId }),
      () => client.conversations.update.mutate({ conversationId, activeMessageId: messageId }),
      () => client.messages.cancel.mutate({ messageId }),
    ]
    for (const call of calls) expect(await refused(call())).toMatchObject({ code: 'NOT_FOUND', message: 'Message not found' })
    expect(idsOf(await readPath(user, conversationId))).toEqual([userMessageId])
  })
})

describe('a new message attaches', () => {
  test('[R8] to the end of the active path, to what is named, or to nothing', async () => {
    const user = await app.createUser()
    app.provider.script(tokens(1))
    const first = await ask(user, 'one')
    const { conversationId } = first
    const second = await ask(user, 'two', { conversationId })
    const branch = await ask(user, 'branch', { conversationId, parentId: first.assistantMessageId })
    const root = await ask(user, 'root', { conversationId, parentId: null })
    await user.client.conversations.update.mutate({ conversationId, activeMessageId: second.assistantMessageId })
    const third = await ask(user, 'three', { conversationId })
    expect(contents(await readPath(user, conversationId))).toEqual(['one', 't1 ', 'two', 't1 ', 'three', 't1 '])
    expect(contents(await readPath(user, conversationId, branch.userMessageId))).toEqual(['one', 't1 ', 'branch'])
    expect(contents(await readPath(user, conversationId, root.userMessageId))).toEqual(['root'])
    expect((await readPath(user, conversationId)).at(-1)?.id).toBe(third.assistantMessageId)
  })

  test('never to a message of another conversation', async () => {
    const user = await app.createUser()
    app.provider.script(tokens(1))
    const { conversationId } = await ask(user, 'one')
    const { assistantMessageId: parentId } = await ask(user, 'elsewhere')
    for (const odd of [parentId, randomUUID()]) {
      expect(await refused(send(user, 'two', { conversationId, parentId: odd }))).toMatchObject({ code: 'NOT_FOUND' })
      expect(await refused(send(user, 'two', { parentId: odd }))).toMatchObject({ code: 'NOT_FOUND' })
      const update = user.client.conversations.update.mutate({ conversationId, activeMessageId: odd })
      expect(await refused(update)).toMatchObject({ code: 'NOT_FOUND' })
    }
  })
})
