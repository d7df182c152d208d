import { schema } from '@holdfast/drizzle'
import { asc } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { openAudit } from '../src/audit/open-audit.ts'
import { verifyTable } from '../src/audit/verify-table.ts'
import { openPostgres } from '../src/platform/database/open-postgres.ts'
import { createClock } from '../src/platform/clock.ts'
import { createLogger } from '../src/platform/logger.ts'
import { createPostgresDatabase } from '../testing/create-postgres-database.ts'

test('two nodes that record and seal at the same time make one chain without gaps', async () => {
  const url = await createPostgresDatabase(process.env['TEST_POSTGRES_URL'] ?? '')
  await using stack = new AsyncDisposableStack()
  const nodes = await Promise.all(
    [1, 2].map(async () => {
      const database = await openPostgres(url)
      stack.defer(() => database.close())
      const logger = createLogger('silent', { write: () => {} })
      return { database, audit: stack.use(openAudit({ database, clock: createClock(), logger, retentionDays: () => null })) }
    }),
  )
  const writeAndSeal = nodes.flatMap(({ database, audit }) =>
    Array.from({ length: 60 }, async (_, index) => {
      await database.queries.transaction((tx) => audit.record(tx, { action: 'tool.called', actorId: null, details: { index } }))
      if (index % 5 === 0) await audit.seal()
    }),
  )
  await Promise.all(writeAndSeal)
  await Promise.all(nodes.map(({ audit }) => audit.seal()))
  const { queries } = nodes[0]?.database ?? {}
  if (!queries) throw new Error('there are two nodes')
  const rows = await queries
    .select({ seq: schema.auditRecords.seq })
    .from(schema.auditRecords)
    .orderBy(asc(schema.auditRecords.seq))
  expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1))
  expect(await verifyTable(queries)).toMatchObject({ records: 120, fault: null })
})
