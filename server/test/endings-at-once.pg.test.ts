import postgres from 'postgres'
import { expect, test } from 'vitest'
import { createPostgresDatabase } from '../testing/create-postgres-database.ts'
import { createTestApp } from '../testing/create-test-app.ts'
import { createGate } from '../testing/scripted-provider/index.ts'
import { follow } from './follow.ts'
import { send } from './send.ts'

test('two answers of a conversation that ended at the same moment left it thinking for good', async () => {
  const url = await createPostgresDatabase(process.env['TEST_POSTGRES_URL'] ?? '')
  const env = { DATABASE_URL: url, BETTER_AUTH_SECRET: 'a secret that is only used in tests, 32+ characters' }
  await using app = await createTestApp({ env })
  const gate = createGate()
  app.provider.script(async (reply) => {
    await reply.tokens(['Said.'])
    await reply.until(gate.opened)
    await reply.finish()
  })
  const user = await app.createUser()
  const first = await send(user, 'one')
  const { conversationId } = first
  const second = await send(user, 'two', { conversationId, parentId: null })
  const reader = follow(user.client, conversationId)
  const ids = [first.assistantMessageId, second.assistantMessageId]
  await reader.until(() => ids.every((id) => reader.message(id)?.content === 'Said.'))

  const other = postgres(url, { max: 2, onnotice: () => {} })
  try {
    // Both ends reach the conversation while somebody has its lock, so that neither sees the other's.
    await other.begin(async (tx) => {
      await tx`select id from conversations where id = ${conversationId} for update`
      gate.open()
      const countWaiting = async () => {
        const [row] = await other<{ n: number }[]>`
          select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
        return row?.n
      }
      await expect.poll(countWaiting).toBeGreaterThanOrEqual(2)
    })
  } finally {
    await other.end()
  }
  await reader.until(() => ids.every((id) => reader.message(id)?.status === 'completed'))
  reader.stop()
  const { conversation } = await user.client.conversations.get.query({ conversationId })
  expect(conversation).toMatchObject({ hasActiveGeneration: false, state: 'idle' })
})
