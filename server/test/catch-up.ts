import type { Id, Snapshot } from '@holdfast/shared'
import type { TestUser } from '../testing/create-test-app.ts'
import type { Follower } from './follow.ts'

/** Waits until a reader and a fresh snapshot stand at the same cursor, and gives the snapshot: only then can they be compared. */
export async function catchUp(
  user: Pick<TestUser, 'client'>,
  reader: Follower,
  input: { conversationId: Id; leafId?: Id; limit?: number },
): Promise<Snapshot> {
  for (;;) {
    const snapshot = await user.client.conversations.get.query(input)
    const { cursor } = await reader.until((state) => state.cursor >= Number(snapshot.cursor))
    if (cursor === Number(snapshot.cursor)) return snapshot
  }
}
