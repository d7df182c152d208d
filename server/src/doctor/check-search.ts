import { schema } from '@holdfast/drizzle'
import { partSchema } from '@holdfast/shared'
import { eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import { messageToDocument } from '../conversation-store/index-messages.ts'
import { lexemesVersion } from '../conversation-store/search-lexemes.ts'
import { executeRows, type Queries } from '../platform/database/database.ts'
import { restartIndexing } from '../search/index-older.ts'
import type { Finding } from './finding.ts'

const { conversations, messages, searchProgress } = schema
const looked = 1_000
const partsSchema = z.array(partSchema)

/** Messages and titles that a search does not find although it says that all are indexed. */
export async function checkSearch(queries: Queries): Promise<Finding[]> {
  const [progress] = await queries.select().from(searchProgress).where(eq(searchProgress.version, lexemesVersion))
  // The server has not finished, or not begun.
  if (!progress || progress.nextConversationId !== null || progress.nextMessageId !== null) return []
  const rows = await queries
    .select({ message: messages, userId: conversations.userId })
    .from(messages)
    .innerJoin(conversations, eq(conversations.id, messages.conversationId))
    .where(
      sql`${messages.deletedAt} is null and ${messages.status} in ('completed', 'cancelled', 'error', 'interrupted')
        and not exists (select 1 from search_documents d where d.message_id = ${messages.id})`,
    )
    .limit(looked)
  const missing = rows.filter(({ message, userId }) => {
    const parts = partsSchema.parse(JSON.parse(message.parts))
    return messageToDocument(userId, { ...message, parts }).lexemes !== ''
  }).length
  const [titles] = await executeRows<{ n: string }>(
    queries,
    // A title that is the first words of a message is found by the message.
    sql`select count(*)::text as n from conversations c where c.title_source in ('user', 'model')
      and not exists (select 1 from search_titles t where t.conversation_id = c.id)`,
  )
  const count = missing + Number(titles?.n ?? 0)
  if (count === 0) return []
  return [
    {
      check: 'search-incomplete',
      severity: 'warning',
      what: `A search does not find ${count} messages or titles${rows.length === looked ? ', or more' : ''}.`,
      why: 'Rows of the index were removed.',
      mend: 'Run "holdfast doctor --fix": what is missing is indexed again.',
      fix: { needs: 'database', run: ({ database }) => restartIndexing(database) },
    },
  ]
}
