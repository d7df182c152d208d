import { randomUUID } from 'node:crypto'
import type { Message } from '@holdfast/shared'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { follow } from './follow.ts'
import { contentToText } from '../testing/scripted-provider/scripted-request.ts'
import { createGate, text, tokens, tokensText } from '../testing/scripted-provider/index.ts'
import { ask, send } from './send.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

/** The fields that a copy shares with its original. */
const essence = (messages: readonly Message[]) =>
  messages.map(({ role, content, parts, model, usage, createdAt }) => ({ role, content, parts, model, usage, createdAt }))

test('a fork is a copy of the path down to a message, and a conversation of its own', async () => {
  const user = await app.createUser()
  app.provider.script(text('an answer'))
  const instructions = 'Be brief.'
  const { id: conversationId } = await user.client.conversations.create.mutate({
    title: 'Plans',
    model: 'scripted-2',
    instructions,
  })
  const first = await ask(user, 'one', { conversationId })
  await ask(user, 'branch', { conversationId, parentId: first.assistantMessageId })
  const second = await ask(user, 'two', { conversationId, parentId: first.assistantMessageId })
  await ask(user, 'three', { conversationId })
  const original = await user.client.conversations.get.query({ conversationId, leafId: second.assistantMessageId })

  const copy = await user.client.conversations.fork.mutate({ requestId: randomUUID(), messageId: second.assistantMessageId })
  const snapshot = await user.client.conversations.get.query({ conversationId: copy.id })
  expect(snapshot.conversation).toEqual(copy)
  expect(copy).toMatchObject({
    title: 'Plans (fork)',
    model: 'scripted-2',
    instructions,
    messageCount: 4,
    unread: false,
    pinned: false,
    state: 'idle',
    hasActiveGeneration: false,
    activeMessageId: snapshot.messages.at(-1)?.id,
  })
  expect(essence(snapshot.messages)).toEqual(essence(original.messages))
  const originalIds = new Set(original.messages.map(({ id }) => id))
  for (const [index, message] of snapshot.messages.entries()) {
    expect(originalIds).not.toContain(message.id)
    expect(message).toMatchObject({
      conversationId: copy.id,
      siblingIds: [message.id],
      parentId: snapshot.messages[index - 1]?.id ?? null,
    })
  }

  await ask(user, 'only here', { conversationId: copy.id })
  const history = app.provider.requests.at(-1)?.body.messages ?? []
  expect(history.map(({ content }) => contentToText(content)).slice(1)).toEqual([
    'one',
    'an answer',
    'two',
    'an answer',
    'only here',
  ])
  expect(history[0]?.content).toContain(instructions)
  const after = await user.client.conversations.get.query({ conversationId, leafId: second.assistantMessageId })
  expect(after.messages).toEqual(original.messages)
})

test('a fork of an answer that is being written has it as far as it was, and the original continues', async () => {
  const user = await app.createUser()
  const gate = createGate()
  app.provider.script(tokens(6, { stopAfter: 3, then: gate }))
  const sent = await send(user, 'one')
  const reader = follow(user.client, sent.conversationId)
  await reader.until(() => reader.message(sent.assistantMessageId)?.content === tokensText(3))
  const copy = await user.client.conversations.fork.mutate({ requestId: randomUUID(), messageId: sent.assistantMessageId })
  expect(copy).toMatchObject({ hasActiveGeneration: false, messageCount: 2 })
  gate.open()
  await reader.until(() => reader.message(sent.assistantMessageId)?.status === 'completed')
  reader.stop()
  const { messages } = await user.client.conversations.get.query({ conversationId: copy.id })
  expect(messages.at(-1)).toMatchObject({ status: 'interrupted', content: tokensText(3) })

  app.provider.script(tokens(2, { from: 4 }))
  const messageId = messages.at(-1)?.id ?? ''
  await user.client.messages.continue.mutate({ requestId: randomUUID(), messageId })
  await expect
    .poll(() => user.client.messages.content.query({ messageId }))
    .toMatchObject({ status: 'completed', content: tokensText(5) })
})

test('a follower of a fork gets the same from its log as from a snapshot', async () => {
  const user = await app.createUser()
  app.provider.script(tokens(2))
  const { assistantMessageId: messageId } = await ask(user, 'one')
  const copy = await user.client.conversations.fork.mutate({ requestId: randomUUID(), messageId })
  const { messages, cursor } = await user.client.conversations.get.query({ conversationId: copy.id })
  const reader = follow(user.client, copy.id, { lastEventId: '0' })
  await reader.until((state) => state.cursor >= Number(cursor))
  expect(messages.map(({ id }) => reader.message(id))).toEqual(messages)
  reader.stop()
})

test('a fork outlives its original', async () => {
  const user = await app.createUser()
  app.provider.script(tokens(2))
  const { conversationId, userMessageId: messageId } = await ask(user, 'one')
  const copy = await user.client.conversations.fork.mutate({ requestId: randomUUID(), messageId })
  await user.client.conversations.delete.mutate({ conversationId, permanent: true })
  const { messages } = await user.client.conversations.get.query({ conversationId: copy.id })
  expect(messages).toMatchObject([{ role: 'user', content: 'one' }])
  expect(await ask(user, 'two', { conversationId: copy.id })).toMatchObject({ response: tokensText(2) })
})
