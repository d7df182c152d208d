import type { conversationsGetInput, conversationsGetOutput, Id } from '@holdfast/shared'
import type { z } from 'zod'
import { readSnapshot } from '../../conversation-store/read-snapshot.ts'
import type { Database } from '../../platform/database/database.ts'

/**
 * The conversation, the newest page of the path that ends at `leafId` (by default the active one), and every message that is being
 * generated: the same snapshot with which following starts. @throws Refusal NOT_FOUND
 */
export function getConversation(
  deps: { database: Database },
  userId: Id,
  input: z.output<typeof conversationsGetInput>,
): Promise<z.infer<typeof conversationsGetOutput>> {
  return readSnapshot(deps, userId, input)
}
