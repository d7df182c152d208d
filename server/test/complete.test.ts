import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { createGate, httpError, inTurn, text, tokens, tokensText, toolCalls } from '../testing/scripted-provider/index.ts'
import { follow } from './follow.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

const newInput = (content: string) => ({ requestId: randomUUID(), conversationId: randomUUID(), create: true, content })

test('an answer comes whole, with what it cost', async () => {
  const user = await app.createUser()
  app.provider.script(text('Hello you', { usage: { prompt_tokens: 7, completion_tokens: 2 } }))
  const input = newInput('hello')
  const answer = await user.client.messages.complete.mutate(input)
  expect(answer).toEqual({
    conversationId: input.conversationId,
    messageId: expect.any(String),
    status: 'completed',
    response: 'Hello you',
    toolCalls: [],
    usage: { inputTokens: 7, outputTokens: 2, estimated: false },
  })
  const content = await user.client.messages.content.query({ messageId: answer.messageId })
  expect(content).toMatchObject({ content: 'Hello you', status: 'completed' })
})

test('tool calls come with their arguments and results', async () => {
  const user = await app.createUser()
  app.provider.script(inTurn(toolCalls({ name: 'add_task', args: { title: 'Buy milk' } }), text('Done')))
  const answer = await user.client.messages.complete.mutate(newInput('add a task'))
  expect(answer).toMatchObject({
    status: 'completed',
    response: 'Done',
    toolCalls: [{ name: 'add_task', args: { title: 'Buy milk' }, result: { status: 'created', title: 'Buy milk' } }],
  })
  const { items } = await user.client.tasks.list.query({})
  expect(items.map(({ title }) => title)).toEqual(['Buy milk'])
})

test('an answer that failed or was cancelled comes as it is', async () => {
  const user = await app.createUser()
  app.provider.script(httpError(400))
  const failed = await user.client.messages.complete.mutate(newInput('fail'))
  expect(failed).toMatchObject({
    status: 'error',
    response: '',
    usage: { inputTokens: 0, outputTokens: 0, estimated: true },
  })

  const index = app.provider.calls
  app.provider.script(tokens(9, { stopAfter: 2, then: 'hang' }))
  const input = newInput('hang')
  const waiting = user.client.messages.complete.mutate(input)
  await app.provider.request(index)
  const { assistantMessageId, conversationId } = await user.client.messages.send.mutate(input)
  const reader = follow(user.client, conversationId)
  await reader.until(() => reader.message(assistantMessageId)?.content === tokensText(2))
  await user.client.messages.cancel.mutate({ messageId: assistantMessageId })
  expect(await waiting).toMatchObject({ status: 'cancelled', response: tokensText(2) })
  reader.stop()
})

test('a call that waits for a yes is an answer too; the same request again waits for the rest', async () => {
  const user = await app.createUser()
  const { id: taskId } = await user.client.tasks.add.mutate({ title: 'Old' })
  app.provider.script(inTurn(toolCalls({ name: 'delete_task', args: { taskId } }), text('Gone')))
  const input = newInput('delete it')
  const asked = await user.client.messages.complete.mutate(input)
  expect(asked).toMatchObject({ status: 'waiting', toolCalls: [{ name: 'delete_task', args: { taskId } }] })
  expect(await user.client.messages.complete.mutate(input)).toEqual(asked)
  const callId = asked.toolCalls[0]?.callId ?? ''
  await user.client.toolCalls.decide.mutate({ requestId: randomUUID(), messageId: asked.messageId, callId, approve: true })
  expect(await user.client.messages.complete.mutate(input)).toMatchObject({ status: 'completed', response: 'Gone' })
})

test('[R14] a client that disconnects cancels nothing, and gets the whole answer the next time', async () => {
  const user = await app.createUser()
  const index = app.provider.calls
  const gate = createGate()
  app.provider.script(tokens(6, { stopAfter: 3, then: gate }))
  const input = newInput('one')
  const hangUp = new AbortController()
  const first = user.client.messages.complete.mutate(input, { signal: hangUp.signal })
  await app.provider.request(index)
  hangUp.abort()
  await expect(first).rejects.toThrow(/abort/u)
  const { assistantMessageId, conversationId } = await user.client.messages.send.mutate(input)
  const reader = follow(user.client, conversationId)
  await reader.until(() => reader.message(assistantMessageId)?.content === tokensText(3))
  const second = user.client.messages.complete.mutate(input)
  gate.open()
  expect(await second).toMatchObject({ messageId: assistantMessageId, status: 'completed', response: tokensText(6) })
  expect(await app.provider.closed(index)).toMatchObject({ byClient: false, sentTokens: 6 })
  expect(app.provider.calls).toBe(index + 1)
  reader.stop()
})

test('a queued answer is waited for through the one before it', async () => {
  const user = await app.createUser()
  const gate = createGate()
  app.provider.script(inTurn(tokens(2, { stopAfter: 1, then: gate }), text('second')))
  const input = newInput('one')
  const first = user.client.messages.complete.mutate(input)
  const sent = await user.client.messages.send.mutate(input)
  const second = user.client.messages.complete.mutate({
    requestId: randomUUID(),
    conversationId: sent.conversationId,
    content: 'two',
  })
  await expect
    .poll(() => user.client.messages.status.query({ conversationId: sent.conversationId }))
    .toMatchObject({
      generatingMessageIds: [expect.any(String), expect.any(String)],
    })
  gate.open()
  expect([await first, await second]).toMatchObject([{ response: tokensText(2) }, { response: 'second' }])
})
