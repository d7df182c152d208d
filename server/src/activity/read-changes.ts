import { schema } from '@holdfast/drizzle'
import type { Activity, Id } from '@holdfast/shared'
import { and, eq, inArray, isNull } from 'drizzle-orm'
import { rowToConversation } from '../conversation-store/conversation-row.ts'
import { rowToFile } from '../files/file-row.ts'
import type { ActivityChange } from '../event-log/topics.ts'
import type { Queries } from '../platform/database/database.ts'

const { conversations, files } = schema

/** Changes as activity, in their order. Those that came from another node name a row, which is read; a row that is gone is left out. */
export async function readChanges(
  queries: Queries,
  userId: Id,
  changes: readonly (Activity | ActivityChange)[],
): Promise<Activity[]> {
  const conversationIds = changes.flatMap((change) => (change.type === 'conversation' && 'id' in change ? change.id : []))
  const fileIds = changes.flatMap((change) => (change.type === 'file' && 'id' in change ? change.id : []))
  const found = new Map<Id, Activity>()
  if (conversationIds.length > 0) {
    const rows = await queries
      .select()
      .from(conversations)
      .where(and(inArray(conversations.id, conversationIds), eq(conversations.userId, userId), isNull(conversations.deletedAt)))
    for (const row of rows) found.set(row.id, { type: 'conversation', conversation: rowToConversation(row) })
  }
  if (fileIds.length > 0) {
    const rows = await queries
      .select()
      .from(files)
      .where(and(inArray(files.id, fileIds), eq(files.userId, userId), isNull(files.deletedAt)))
    for (const row of rows) found.set(row.id, { type: 'file', file: rowToFile(row) })
  }
  return changes.flatMap((change) => {
    if (!('id' in change)) return change
    return found.get(change.id) ?? []
  })
}
