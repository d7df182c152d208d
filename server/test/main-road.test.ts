import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { follow } from './follow.ts'
import { tokensText } from '../testing/scripted-provider/index.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

test('a message travels to the model and back, and every reader sees the same text', async () => {
  const user = await app.createUser()
  const sent = await user.client.messages.send.mutate({ requestId: randomUUID(), content: 'tokens 200 at 400' })
  const { conversationId, assistantMessageId } = sent
  const overSocket = follow(user.client, conversationId)
  const overSse = follow(user.sseClient, conversationId)

  for (const reader of [overSocket, overSse]) {
    await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
    expect(reader.message(assistantMessageId)?.content).toBe(tokensText(200))
    reader.stop()
  }

  const snapshot = await user.client.conversations.get.query({ conversationId })
  expect(snapshot.messages.map(({ role, status, content }) => ({ role, status, content }))).toEqual([
    { role: 'user', status: 'completed', content: 'tokens 200 at 400' },
    { role: 'assistant', status: 'completed', content: tokensText(200) },
  ])
  expect(snapshot.conversation).toEqual(overSocket.state().conversation)
  expect(app.provider.calls).toBe(1)
})

test('[C9] [R3] following what is not there, or not yours, is refused over both transports', async () => {
  const [owner, other] = await Promise.all([app.createUser(), app.createUser()])
  const { id } = await owner.client.conversations.create.mutate({})
  for (const [client, conversationId] of [
    [other.client, id],
    [other.sseClient, id],
    [owner.client, randomUUID()],
    [owner.sseClient, randomUUID()],
  ] as const) {
    await expect(follow(client, conversationId).ended).rejects.toMatchObject({
      message: 'Conversation not found',
      data: { code: 'NOT_FOUND' },
    })
  }
})
