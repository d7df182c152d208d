import type { Id } from '@holdfast/shared'
import type { HoldfastClient } from '../transport/client.ts'
import { draftKey, type DraftStorage } from './draft-storage.ts'

/**
 * Something happened in a conversation, perhaps on another device: a draft of it here that the server has known becomes what the server
 * has now. What was written here and not told stays.
 */
export async function refreshDraft(
  deps: { readonly trpc: Pick<HoldfastClient['trpc'], 'drafts'>; readonly drafts: DraftStorage },
  userId: Id | null,
  conversationId: Id,
): Promise<void> {
  const { trpc, drafts } = deps
  const key = draftKey(userId, conversationId)
  const isTold = () => {
    const { content, synced } = drafts.read(key)
    return content !== '' && content === synced
  }
  if (!isTold()) return
  const { content } = await trpc.drafts.get.query({ conversationId })
  if (!isTold()) return
  drafts.keepSynced(key, content)
  drafts.keepContent(key, content)
}
