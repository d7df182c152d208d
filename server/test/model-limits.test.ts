import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { httpAnswer, inTurn, text, toolCalls, type Answer } from '../testing/scripted-provider/index.ts'
import { ask } from './send.ts'

/** Tests of the whole product with models that cannot do something, or do it oddly. */
let app: TestApp
beforeAll(async () => {
  app = await createTestApp({ overrides: { random: () => 0 } })
})
afterAll(() => app[Symbol.asyncDispose]())

async function askFor(content: string, options: { model: string; conversationId?: string }) {
  const user = await app.createUser()
  const { id: conversationId } = await user.client.conversations.create.mutate({ title: 'A title', model: options.model })
  const first = await ask(user, content, { conversationId })
  const { messages } = await user.client.conversations.get.query({ conversationId })
  return { user, conversationId, first, answer: messages.at(-1) }
}

test('B28 a model without tools answers, and the answer says that it cannot use them', async () => {
  const body = { error: { message: 'registry.ollama.ai/library/gemma3:4b does not support tools', type: 'api_error' } }
  const refusing: Answer = (reply) => ('tools' in reply.request.body ? httpAnswer(400, body) : text('Hello there'))(reply)
  app.provider.script(refusing)
  const { answer } = await askFor('hello', { model: 'gemma3' })
  expect(answer).toMatchObject({ status: 'completed', content: 'Hello there', notes: [{ kind: 'tools-refused' }] })
})

test('B11 an invented name of a tool leaves the conversation usable', async () => {
  app.provider.script(inTurn(toolCalls({ name: 'do<|channel|> it!', args: '{}' }), text('done'), text('again')))
  const { user, conversationId, answer } = await askFor('do it', { model: 'inventive' })
  expect(answer).toMatchObject({ status: 'completed', content: 'done' })
  await ask(user, 'and now?', { conversationId })
  const sent = JSON.stringify(app.provider.requests.at(-1)?.body.messages)
  expect(sent).toMatch(/"name":"do[\w-]{1,62}"/u)
})

test('arguments of 5,000 levels are one failed call, and the provider is asked twice', async () => {
  const args = '['.repeat(5_000) + ']'.repeat(5_000)
  const before = app.provider.calls
  app.provider.script(inTurn(toolCalls({ name: 'list_goals', args }), text('done')))
  const { answer } = await askFor('go deep', { model: 'deep' })
  expect(answer).toMatchObject({ status: 'completed', content: 'done' })
  expect(answer?.parts).toContainEqual(expect.objectContaining({ type: 'tool-call', name: 'list_goals', state: 'failed' }))
  expect(app.provider.calls - before).toBe(2)
})

test('a call whose arguments are null runs', async () => {
  app.provider.script(inTurn(toolCalls({ name: 'functions.list_goals', args: 'null' }), text('none')))
  const { answer } = await askFor('which goals?', { model: 'null' })
  expect(answer?.parts).toContainEqual(expect.objectContaining({ type: 'tool-call', name: 'list_goals', state: 'done' }))
})
