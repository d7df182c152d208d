import { randomUUID } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { follow } from '../../../test/follow.ts'
import { createTestApp } from '../../../testing/create-test-app.ts'
import { tokens } from '../../../testing/scripted-provider/index.ts'

const { generations } = schema

test('the end of a generation was stamped with the time of the machine, not of the injected clock', async () => {
  const now = new Date(Date.now() - 5_000)
  await using app = await createTestApp({ overrides: { clock: { now: () => now } }, model: tokens(1) })
  const user = await app.createUser()
  const { conversationId, assistantMessageId } = await user.client.messages.send.mutate({
    requestId: randomUUID(),
    content: 'hello',
  })
  const reader = follow(user.client, conversationId)
  await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
  const [generation] = await app.database.queries
    .select({ endedAt: generations.endedAt })
    .from(generations)
    .where(eq(generations.messageId, assistantMessageId))
  expect(generation?.endedAt).toEqual(now)
})
