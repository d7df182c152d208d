import type { Message } from '@holdfast/shared'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { text } from '../testing/scripted-provider/index.ts'
import { ask } from './send.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

test('an export has every message of every branch once, a parent before its children, in pages of any size', async () => {
  const user = await app.createUser()
  app.provider.script(text('an answer'))
  const first = await ask(user, 'one')
  const { conversationId } = first
  await ask(user, 'two', { conversationId })
  const branch = await ask(user, 'another two', { conversationId, parentId: first.assistantMessageId })
  const seen: Message[] = []
  let cursor: string | null = null
  do {
    const page = (await user.client.conversations.export.query({ conversationId, cursor, limit: 2 })) as {
      messages: Message[]
      nextCursor: string | null
      conversation: { id: string; messageCount: number }
    }
    expect(page.conversation).toMatchObject({ id: conversationId, messageCount: 6 })
    for (const message of page.messages) {
      if (message.parentId !== null) expect(seen.map(({ id }) => id)).toContain(message.parentId)
      seen.push(message)
    }
    cursor = page.nextCursor
  } while (cursor !== null)
  expect(new Set(seen.map(({ id }) => id)).size).toBe(6)
  expect(seen.find(({ id }) => id === branch.userMessageId)?.siblingIds).toHaveLength(2)
  const whole = await user.client.conversations.export.query({ conversationId })
  expect(whole.messages).toEqual(seen)
  expect(whole.nextCursor).toBeNull()
})
