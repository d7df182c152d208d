import { schema } from '@holdfast/drizzle'
import type { conversationsListInput, conversationsListOutput, Id } from '@holdfast/shared'
import { and, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Database } from '../../platform/database/database.ts'
import { badField } from '../../platform/refusal.ts'
import { rowToConversation } from '../../conversation-store/conversation-row.ts'

const { conversations } = schema

/** A page of the user's conversations by `updatedAt`, then id, both descending. The cursor names the last one. @throws Refusal BAD_REQUEST */
export async function listConversations(
  deps: { database: Database },
  userId: Id,
  input: z.output<typeof conversationsListInput>,
): Promise<z.infer<typeof conversationsListOutput>> {
  const after = parseCursor(input.cursor)
  const rows = await deps.database.queries
    .select()
    .from(conversations)
    .where(
      and(
        eq(conversations.userId, userId),
        input.trashed ? isNotNull(conversations.deletedAt) : isNull(conversations.deletedAt),
        input.trashed ? undefined : eq(conversations.archived, input.archived),
        input.pinned === undefined ? undefined : eq(conversations.pinned, input.pinned),
        after
          ? sql`(${conversations.updatedAt}, ${conversations.id}) < (${after.updatedAt}::timestamptz, ${after.id}::uuid)`
          : undefined,
      ),
    )
    .orderBy(desc(conversations.updatedAt), desc(conversations.id))
    .limit(input.limit + 1)
  const page = rows.slice(0, input.limit)
  const last = page.at(-1)
  return {
    items: page.map(rowToConversation),
    nextCursor: rows.length > input.limit && last ? `${last.updatedAt.toISOString()}_${last.id}` : null,
  }
}

/** Postgres has no year 0. */
const timeSchema = z.iso.datetime().refine((time) => !time.startsWith('0000'))
const cursorSchema = z.tuple([timeSchema, z.guid()])

function parseCursor(cursor: string | null | undefined): { updatedAt: string; id: Id } | null {
  if (cursor === null || cursor === undefined) return null
  const parsed = cursorSchema.safeParse(cursor.split('_'))
  if (!parsed.success) throw badField('cursor', 'must be a cursor that this server gave')
  const [updatedAt, id] = parsed.data
  return { updatedAt, id }
}
