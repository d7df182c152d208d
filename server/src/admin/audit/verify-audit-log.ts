import { schema } from '@holdfast/drizzle'
import type { adminAuditVerifyInput, adminAuditVerifyOutput } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import { verifyTable } from '../../audit/verify-table.ts'
import type { Database } from '../../platform/database/database.ts'

const { auditRecords } = schema
const recordsPerCall = 5_000

/** Verifies the next 5,000 records of the chain, from the oldest on. A record to continue after that is gone means the oldest. */
export async function verifyAuditLog(
  { database }: { readonly database: Database },
  { afterSeq }: z.output<typeof adminAuditVerifyInput>,
): Promise<z.infer<typeof adminAuditVerifyOutput>> {
  const { queries } = database
  const [after] =
    afterSeq === 0
      ? []
      : await queries.select({ hash: auditRecords.hash }).from(auditRecords).where(eq(auditRecords.seq, afterSeq))
  const start = after?.hash ? { after: { seq: afterSeq, hash: after.hash } } : {}
  const { records, head, fault, next } = await verifyTable(queries, { ...start, limit: recordsPerCall })
  return { records, ...head, fault, nextAfterSeq: next?.seq ?? null }
}
