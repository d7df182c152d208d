import { schema } from '@holdfast/drizzle'
import type { adminAuditListInput, adminAuditListOutput, Id } from '@holdfast/shared'
import { and, desc, eq, or, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Database } from '../../platform/database/database.ts'
import { dayToStart, readDayZone } from '../../platform/database/day-start.ts'
import { badField } from '../../platform/refusal.ts'

const { auditRecords, users } = schema

/** Postgres has no year 0. */
const timeSchema = z.iso.datetime().refine((time) => !time.startsWith('0000'))
const cursorSchema = z.tuple([timeSchema, z.guid()])

/** A page of the audit log, the newest first. New records never move those of a later page. @throws Refusal BAD_REQUEST */
export async function listAuditRecords(
  deps: { readonly database: Database },
  input: z.output<typeof adminAuditListInput>,
): Promise<z.infer<typeof adminAuditListOutput>> {
  const { queries } = deps.database
  const { user, action, from, to, limit } = input
  const after = parseCursor(input.cursor)
  const zone = await readDayZone(queries, input)
  const rows = await queries
    .select({ record: auditRecords, actorName: users.name })
    .from(auditRecords)
    .leftJoin(users, eq(users.id, auditRecords.actorId))
    .where(
      and(
        user === undefined ? undefined : or(eq(auditRecords.actorId, user), isAbout(user)),
        action === undefined ? undefined : eq(auditRecords.action, action),
        from === undefined ? undefined : sql`${auditRecords.at} >= ${dayToStart(from, zone)}`,
        to === undefined ? undefined : sql`${auditRecords.at} < ${dayToStart(to, zone, 1)}`,
        after ? sql`(${auditRecords.at}, ${auditRecords.id}) < (${after.at}::timestamptz, ${after.id}::uuid)` : undefined,
      ),
    )
    .orderBy(desc(auditRecords.at), desc(auditRecords.id))
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  const last = page.at(-1)?.record
  return {
    items: page.map(({ record, actorName }) => ({ ...record, at: record.at.toISOString(), actorName })),
    nextCursor: rows.length > limit && last ? `${last.at.toISOString()}_${last.id}` : null,
  }
}

function isAbout(user: Id) {
  return and(eq(auditRecords.targetType, 'user'), eq(auditRecords.targetId, user))
}

function parseCursor(cursor: string | null | undefined): { readonly at: string; readonly id: Id } | null {
  if (cursor === null || cursor === undefined) return null
  const parsed = cursorSchema.safeParse(cursor.split('_'))
  if (!parsed.success) throw badField('cursor', 'must be a cursor that this server gave')
  const [at, id] = parsed.data
  return { at, id }
}
