import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { textToTitle } from '../src/generation/name-conversation.ts'
import { createTestApp, type TestApp } from './create-test-app.ts'
import { follow } from './follow.ts'
import { completion, httpError } from './scripted-provider/index.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

test('after the first answer the model names the conversation, without streaming, in every list', async () => {
  const user = await app.createUser()
  app.provider.scriptCompletion(completion('"Seaweed and rocks."'))
  const { conversationId } = await user.client.messages.send.mutate({ requestId: randomUUID(), content: 'say hello' })
  const reader = follow(user.client, conversationId)
  await reader.until((state) => state.conversation?.title === 'Seaweed and rocks')
  expect(app.provider.completions.at(-1)?.body.stream).not.toBe(true)
  const { items } = await user.client.conversations.list.query({})
  expect(items[0]?.title).toBe('Seaweed and rocks')

  const asked = app.provider.completions.length
  const next = await user.client.messages.send.mutate({ requestId: randomUUID(), conversationId, content: 'say more' })
  await reader.until(() => reader.message(next.assistantMessageId)?.status === 'completed')
  expect(app.provider.completions.length).toBe(asked)
})

test('a title that a person gave is never replaced, and a provider that fails leaves the first words', async () => {
  const user = await app.createUser()
  app.provider.scriptCompletion(completion('Something else'))
  const named = await user.client.conversations.create.mutate({ title: 'Mine' })
  const sent = await user.client.messages.send.mutate({ requestId: randomUUID(), conversationId: named.id, content: 'say hi' })
  const reader = follow(user.client, named.id)
  await reader.until(() => reader.message(sent.assistantMessageId)?.status === 'completed')
  expect(reader.state().conversation?.title).toBe('Mine')

  app.provider.scriptCompletion(httpError(500))
  const asked = app.provider.completions.length
  const other = await user.client.messages.send.mutate({ requestId: randomUUID(), content: 'say something long' })
  await expect.poll(() => app.provider.completions.length).toBe(asked + 1)
  const { conversation } = await user.client.conversations.get.query({ conversationId: other.conversationId })
  expect(conversation.title).toBe('say something long')
})

test.for([
  ['"Plans for spring"', 'Plans for spring'],
  ['# Tides\n\nA title about tides.', 'Tides'],
  ['  \n«Ebbe und Flut».', 'Ebbe und Flut'],
  ['\u200B', null],
  ['x'.repeat(201), null],
] as const)('%s as a title', ([text, title]) => {
  expect(textToTitle(text)).toBe(title)
})
