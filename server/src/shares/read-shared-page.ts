import type { Id, SharedConversation } from '@holdfast/shared'
import type { Clock } from '../platform/clock.ts'
import type { Database, Queries } from '../platform/database/database.ts'
import { readConsistently } from '../platform/database/read-consistently.ts'
import { notFound } from '../platform/refusal.ts'
import { openShare, type OpenShare } from './share-row.ts'
import { readSharedMessages } from './shared-messages.ts'

export interface SharedPageDeps {
  readonly database: Database
  readonly clock: Clock
}

/** Messages of a page. */
const pageLength = 50

/**
 * A page of what a link shows: the newest one, or the one above the message `before`, which has to be one of the shared ones.
 * @throws Refusal NOT_FOUND
 */
export function readSharedPage(
  { database, clock }: SharedPageDeps,
  { token, before }: { readonly token: string; readonly before?: Id | undefined },
): Promise<{ readonly share: OpenShare; readonly page: SharedConversation }> {
  return readConsistently(database, async (queries) => {
    const share = await openShare(queries, token, clock.now())
    return { share, page: await shareToPage(queries, { share, token, before }) }
  })
}

async function shareToPage(
  queries: Queries,
  { share, token, before }: { share: OpenShare; token: string; before: Id | undefined },
): Promise<SharedConversation> {
  const all = await readSharedMessages(queries, share, token)
  const end = before === undefined ? all.length : all.findIndex(({ id }) => id === before)
  if (end === -1) throw notFound('Share')
  const start = Math.max(0, end - pageLength)
  return {
    title: share.title,
    kind: share.kind,
    createdAt: share.createdAt.toISOString(),
    messages: all.slice(start, end),
    nextCursor: start === 0 ? null : (all[start]?.id ?? null),
  }
}
