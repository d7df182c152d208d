import { setTimeout as sleep } from 'node:timers/promises'
import { logCursorPattern, type SharedConversation } from '@holdfast/shared'
import { retryWhenLost } from '../../platform/database/retry-when-lost.ts'
import { Refusal } from '../../platform/refusal.ts'
import { readSharedPage, type SharedPageDeps } from '../read-shared-page.ts'
import { openShare } from '../share-row.ts'

/** How often a link is looked at again: what ends it, on whichever node, ends its readers within a second. */
const lookEveryMs = 500

/**
 * What a link shows, as state: its newest page now, unless the conversation stands at `lastEventId`, and again whenever it has changed, at
 * most twice a second. Ends when the link does, and at once for a snapshot, which never changes.
 * @throws Refusal NOT_FOUND, at the start only
 */
export async function* followShare(
  deps: SharedPageDeps,
  {
    token,
    lastEventId,
    signal,
  }: { readonly token: string; readonly lastEventId: string | null | undefined; readonly signal: AbortSignal },
): AsyncGenerator<{ readonly cursor: string; readonly page: SharedConversation }, void> {
  const { queries } = deps.database
  const open = () => retryWhenLost(() => openShare(queries, token, deps.clock.now()), signal)
  let { lastSeq, kind } = await open()
  let sent = lastEventId && logCursorPattern.test(lastEventId) ? Number(lastEventId) : -1
  try {
    while (!signal.aborted) {
      if (lastSeq !== sent) {
        const { share, page } = await retryWhenLost(() => readSharedPage(deps, { token }), signal)
        sent = share.lastSeq
        yield { cursor: String(sent), page }
      }
      if (kind === 'snapshot') return
      await sleep(lookEveryMs, undefined, { signal })
      ;({ lastSeq, kind } = await open())
    }
  } catch (error) {
    if (signal.aborted || (error instanceof Refusal && error.code === 'NOT_FOUND')) return
    throw error
  }
}
