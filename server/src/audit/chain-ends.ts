import { schema } from '@holdfast/drizzle'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Queries } from '../platform/database/database.ts'
import { chainStart, type ChainLink } from './record-hash.ts'

const { serverSettings } = schema
const linkSchema = z.object({ seq: z.number().int().min(0), hash: z.string() })

/** `auditAnchor`: the last record that was removed because of its age. `auditHead`: the last one of the chain. */
type End = 'auditAnchor' | 'auditHead'

/** Kept apart from the records, so that records which are missing at either end are found. The start of every chain where nothing is kept. */
export async function readChainEnd(queries: Pick<Queries, 'select'>, end: End): Promise<ChainLink> {
  const [row] = await queries.select({ value: serverSettings.value }).from(serverSettings).where(eq(serverSettings.key, end))
  return row ? linkSchema.parse(row.value) : chainStart
}

export async function writeChainEnd(queries: Pick<Queries, 'insert'>, end: End, link: ChainLink, now: Date): Promise<void> {
  const row = { value: link, updatedAt: now, updatedBy: null }
  await queries
    .insert(serverSettings)
    .values({ key: end, ...row })
    .onConflictDoUpdate({ target: serverSettings.key, set: row })
}
