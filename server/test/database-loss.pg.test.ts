import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { createTestUser } from '../testing/create-test-app.ts'
import { createPostgresDatabase } from '../testing/create-postgres-database.ts'
import { createScriptedProvider, tokensText } from '../testing/scripted-provider/index.ts'
import { startServerProcess } from '../testing/server-process.ts'
import { follow } from './follow.ts'

test('R1 a server whose database connections are all ended, again and again, keeps answering and loses nothing', async () => {
  const url = await createPostgresDatabase(process.env['TEST_POSTGRES_URL'] ?? '')
  await using provider = await createScriptedProvider()
  await using server = await startServerProcess({
    DATABASE_URL: url,
    BETTER_AUTH_SECRET: 'a secret that is only used in tests, 32+ characters',
    OPENAI_BASE_URL: provider.baseUrl,
    OPENAI_MODEL: 'scripted-1',
  })
  const admin = postgres(url, { max: 1, onnotice: () => {} })
  try {
    const user = await createTestUser(server.url)
    const sent = await user.client.messages.send.mutate({ requestId: randomUUID(), content: 'tokens 300 at 100' })
    const reader = follow(user.client, sent.conversationId)
    for (let cut = 1; cut <= 5; cut += 1) {
      await reader.until(() => (reader.message(sent.assistantMessageId)?.content.length ?? 0) > tokensText(cut * 40).length)
      await admin`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`
    }
    await reader.until(() => reader.message(sent.assistantMessageId)?.status === 'completed')
    const text = reader.message(sent.assistantMessageId)?.content ?? ''
    expect(text).toBe(tokensText(300))
    const stored = await user.client.messages.content.query({ messageId: sent.assistantMessageId })
    expect(stored.content).toBe(text)
    // The process has lived through it, and says that it is well.
    await expect.poll(async () => (await fetch(`${server.url}/health/ready`)).status).toBe(200)
    const next = await user.client.messages.complete.mutate({ requestId: randomUUID(), content: 'say Still here' })
    expect(next).toMatchObject({ status: 'completed', response: 'Still here' })
  } finally {
    await admin.end()
  }
})
