import type { Id, SharedConversation } from '@holdfast/shared'
import { toBasePath } from '../config/public-address.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Queries } from '../platform/database/database.ts'
import { readConsistently } from '../platform/database/read-consistently.ts'
import { notFound } from '../platform/refusal.ts'
import { openShare, type OpenShare } from './share-row.ts'
import { addFileAddresses, readSharedMessages } from './shared-messages.ts'

export interface SharedPageDeps {
  readonly config: { readonly publicUrl: URL }
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
  { config, database, clock }: SharedPageDeps,
  { token, before }: { readonly token: string; readonly before?: Id | undefined },
): Promise<{ readonly share: OpenShare; readonly page: SharedConversation }> {
  return readConsistently(database, async (queries) => {
    const share = await openShare(queries, token, clock.now())
    return {
      share,
      page: await shareToPage(queries, { share, sharePath: `${toBasePath(config.publicUrl)}/share/${token}`, before }),
    }
  })
}

async function shareToPage(
  queries: Queries,
  { share, sharePath, before }: { share: OpenShare; sharePath: string; before: Id | undefined },
): Promise<SharedConversation> {
  const all = await readSharedMessages(queries, share)
  const end = before === undefined ? all.length : all.findIndex(({ id }) => id === before)
  if (end === -1) throw notFound('Share')
  const start = Math.max(0, end - pageLength)
  return {
    title: share.title,
    kind: share.kind,
    createdAt: share.createdAt.toISOString(),
    messages: addFileAddresses(all.slice(start, end), sharePath),
    nextCursor: start === 0 ? null : (all[start]?.id ?? null),
  }
}
