import { randomUUID } from 'node:crypto'
import { appendFileSync, writeFileSync } from 'node:fs'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { createPostgresDatabase } from '../testing/create-postgres-database.ts'
import { createTestApp } from '../testing/create-test-app.ts'
import { completion } from '../testing/scripted-provider/index.ts'
import { createStatementMeter, type MeteredStatement } from '../testing/statement-meter.ts'
import { follow } from './follow.ts'
import { send } from './send.ts'
import { setTimeout as sleep } from 'node:timers/promises'

test('counts', async () => {
  const url = await createPostgresDatabase(process.env['TEST_POSTGRES_URL'] ?? '')
  await using meter = await createStatementMeter(url)
  await using app = await createTestApp({ env: { DATABASE_URL: meter.url } })
  setInterval(() => { for (const l of app.logs as {level: unknown; msg?: string; err?: {message?: string; cause?: unknown; stack?: string}}[]) if (l.err) console.log(JSON.stringify(l).slice(0, 3000)); (app.logs as unknown[]).length = 0 }, 500).unref()
  const direct = postgres(url, { max: 1, onnotice: () => {} })
  app.provider.scriptCompletion(completion('A title'))
  const user = await app.createUser()
  writeFileSync('/tmp/wt/cost-counts.txt', '')
  const show = (name: string) => {
    const all = meter.take()
    appendFileSync('/tmp/wt/cost-counts.txt', `=== ${name}: ${all.length} statements, ${all.reduce((s, { roundTrips }) => s + roundTrips, 0)} trips\n`)
    for (const { text, rows, roundTrips } of all) appendFileSync('/tmp/wt/cost-counts.txt', `${roundTrips} ${rows} ${text.replaceAll(/\s+/g, ' ').slice(0, 200)}\n`)
  }
  const settled = async () => {
    await expect.poll(async () => {
     const [row] = await direct`select (select count(*)::int from pgboss.job where state < 'completed' and name <> 'x') + (select count(*)::int from generations where status in ('queued', 'generating')) as n`
      return row?.n
    }, { interval: 20 }).toBe(0)
  }
  await send(user, 'say Hello')
  await settled()
  await sleep(1000)
  show('warm')
  const first = await send(user, 'say Hello')
  await settled()
  show('first')
  const reader = follow(user.client, first.conversationId)
  await reader.until((s) => s.conversation !== null)
  for (let n = 1; n < 4; n++) {
    await sleep(500)
    show('between')
    await send(user, 'say Hello', { conversationId: first.conversationId })
    await settled()
    show('further')
  }
    await sleep(500)
    show('between')
  await send(user, 'tokens 100 at 50', { conversationId: first.conversationId })
  await settled()
  show('further 100')
  await direct.end()
  void randomUUID
})
