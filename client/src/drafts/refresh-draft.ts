import type { Id } from '@holdfast/shared'
import type { HoldfastClient } from '../sdk/client.ts'
import { draftKey, type DraftStorage } from './draft-storage.ts'

/**
 * Replaces a local draft by the server's after another device may have changed it. A draft that the server does not have yet stays.
 * @throws TRPCClientError when the server cannot be asked
 */
export async function refreshDraft(
  deps: { readonly trpc: Pick<HoldfastClient['trpc'], 'drafts'>; readonly drafts: DraftStorage },
  userId: Id | null,
  conversationId: Id,
): Promise<void> {
  const { trpc, drafts } = deps
  const key = draftKey(userId, conversationId)
  const isSynced = () => {
    const { content, synced } = drafts.read(key)
    return content !== '' && content === synced
  }
  if (!isSynced()) return
  const { content } = await trpc.drafts.get.query({ conversationId })
  if (!isSynced()) return
  drafts.keepSynced(key, content)
  drafts.keepContent(key, content)
}
