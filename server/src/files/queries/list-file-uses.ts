import { schema } from '@holdfast/drizzle'
import type { filesUsesInput, filesUsesOutput, Id } from '@holdfast/shared'
import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Database } from '../../platform/database/database.ts'
import { readFileRow } from '../file-row.ts'
import { listCursorToText, parseListCursor } from '../list-cursor.ts'

const { conversations, messageFiles, messages } = schema

/**
 * A page of the conversations with a message that shows the file, on any branch: each once, with the newest such message, the
 * conversation with the newest of these first. The trash is left out. The cursor names the last message.
 * @throws Refusal NOT_FOUND, BAD_REQUEST for a foreign cursor
 */
export async function listFileUses(
  deps: { readonly database: Database },
  userId: Id,
  { fileId, cursor, limit }: z.output<typeof filesUsesInput>,
): Promise<z.infer<typeof filesUsesOutput>> {
  const { queries } = deps.database
  const after = parseListCursor(cursor)
  await readFileRow(queries, userId, fileId)
  const newest = queries
    .selectDistinctOn([messages.conversationId], {
      conversationId: messages.conversationId,
      title: conversations.title,
      messageId: messages.id,
      createdAt: messages.createdAt,
    })
    .from(messageFiles)
    .innerJoin(messages, eq(messages.id, messageFiles.messageId))
    .innerJoin(conversations, eq(conversations.id, messages.conversationId))
    .where(
      and(
        eq(messageFiles.fileId, fileId),
        eq(conversations.userId, userId),
        isNull(conversations.deletedAt),
        isNull(messages.deletedAt),
      ),
    )
    .orderBy(messages.conversationId, desc(messages.createdAt), desc(messages.id))
    .as('newest')
  const rows = await queries
    .select()
    .from(newest)
    .where(
      after ? sql`(${newest.createdAt}, ${newest.messageId}) < (${after.createdAt}::timestamptz, ${after.id}::uuid)` : undefined,
    )
    .orderBy(desc(newest.createdAt), desc(newest.messageId))
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map(({ conversationId, title, messageId }) => ({ conversationId, title, messageId })),
    nextCursor: rows.length > limit && last ? listCursorToText({ createdAt: last.createdAt, id: last.messageId }) : null,
  }
}
