import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { textToTitle } from '../src/generation/text-to-title.ts'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { follow } from './follow.ts'
import { completion, httpError } from '../testing/scripted-provider/index.ts'

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

test('B18 the name is what the model says in JSON, in a fence, behind its thoughts', async () => {
  const user = await app.createUser()
  app.provider.scriptCompletion(completion('<think>They ask about Lisbon.</think>\n```json\n{"title": "Trip to Lisbon"}\n```'))
  const { conversationId } = await user.client.messages.send.mutate({ requestId: randomUUID(), content: 'say hello' })
  const reader = follow(user.client, conversationId)
  await reader.until((state) => state.conversation?.title !== 'say hello' && state.conversation !== null)
  expect(reader.state().conversation?.title).toBe('Trip to Lisbon')
})

test.for([
  ['"Plans for spring"', 'Plans for spring'],
  ['# Tides\n\nA title about tides.', 'Tides'],
  ['  \n«Ebbe und Flut».', 'Ebbe und Flut'],
  ['\u200B', null],
  ['x'.repeat(201), null],
  ['Title: Trip to Lisbon', 'Trip to Lisbon'],
  ['**Title:** "Trip to Lisbon"', 'Trip to Lisbon'],
  ['Here is a concise title for the conversation:\n\n**Trip to Lisbon**', 'Trip to Lisbon'],
  ['Sure! Here is a title: Trip to Lisbon.', 'Trip to Lisbon'],
  ['Sure!\n\nTrip to Lisbon', 'Trip to Lisbon'],
  ['```json\n{"title": "Trip to Lisbon"}\n```', 'Trip to Lisbon'],
  ['{"title": "Trip to Lisbon"}', 'Trip to Lisbon'],
  ['```\nTrip to Lisbon\n```', 'Trip to Lisbon'],
  ['<title>Trip to Lisbon</title>', 'Trip to Lisbon'],
  ['1. Trip to Lisbon\n2. Lisbon in spring', 'Trip to Lisbon'],
  ['- Trip to Lisbon', 'Trip to Lisbon'],
  ['里斯本之旅', '里斯本之旅'],
  ['3 days in Rome', '3 days in Rome'],
  ['Here and there', 'Here and there'],
  ['Okay computer', 'Okay computer'],
  ["I'm sorry, but I can't help with that.", null],
  [
    'The user would like to travel to Lisbon in spring and asks which places are worth a visit and what the weather is like.',
    null,
  ],
] as const)('B18 %s as a title', ([text, title]) => {
  expect(textToTitle(text)).toBe(title)
})

test.for([
  ['<think>The user asks about a trip.</think>\n\nTrip to Lisbon', 'Trip to Lisbon'],
  ['The user asks about a trip.\n</think>\n\nTrip to Lisbon', 'Trip to Lisbon'],
  ['<think>The user asks about a trip and', null],
] as const)('B19 thoughts are no title: %s', ([text, title]) => {
  expect(textToTitle(text)).toBe(title)
})
