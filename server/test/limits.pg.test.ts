import { schema } from '@holdfast/drizzle'
import { noLimits } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { connect, createTestApp } from '../testing/create-test-app.ts'
import { createPostgresDatabase } from '../testing/create-postgres-database.ts'
import { createScriptedProvider, httpError, text } from '../testing/scripted-provider/index.ts'
import { send } from './send.ts'

const { modelCalls, usageReservations } = schema

test('[X8] of 200 messages at the same moment over two nodes a budget is overspent by at most one step (attack G5)', async () => {
  const env = {
    DATABASE_URL: await createPostgresDatabase(process.env['TEST_POSTGRES_URL'] ?? ''),
    BETTER_AUTH_SECRET: 'a secret that is only used in tests, 32+ characters',
  }
  await using provider = await createScriptedProvider()
  await using one = await createTestApp({ env, provider })
  await using two = await createTestApp({ env, provider })
  const step = 100
  provider.script(text('Said.', { usage: { prompt_tokens: 60, completion_tokens: 40 } }))
  provider.scriptCompletion(httpError(503))
  const admin = await one.createUser()
  const user = await one.createUser()
  const elsewhere = connect(two.url, user.token)
  const budget = 10 * step - 50
  await admin.client.admin.settings.update.mutate({
    limits: { server: noLimits, admin: noLimits, member: noLimits, guest: { ...noLimits, tokensPerDay: budget } },
  })
  try {
    const ends = await Promise.allSettled(
      Array.from({ length: 200 }, (_, index) => send(index % 2 === 0 ? user : elsewhere, `question ${index}`)),
    )
    const accepted = ends.filter(({ status }) => status === 'fulfilled').length
    // Positive control: without the budget there would be as many calls as answers.
    expect(accepted).toBeGreaterThan(10)
    await expect.poll(async () => (await user.client.system.me.query()).usage.generating, { timeout: 120_000 }).toBe(0)
    const calls = await one.database.queries.select().from(modelCalls)
    const spent = calls.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0)
    expect(spent).toBeGreaterThanOrEqual(budget)
    expect(spent).toBeLessThan(budget + step)
    expect((await user.client.system.me.query()).usage.tokensToday).toBe(spent)
    expect(await one.database.queries.$count(usageReservations)).toBe(0)
  } finally {
    await elsewhere.close()
  }
})
