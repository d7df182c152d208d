import type { Activity, EventRecord, Id } from '@holdfast/shared'

/** The payload of `conversation:<id>`. Without `records` it is a hint: the log has events up to `lastSeq`, or an unknown number if null. */
export interface LogNotice {
  readonly lastSeq: number | null
  /** Dense and ending at `lastSeq`. */
  readonly records?: readonly EventRecord[]
}

/** The payload of `user:<id>`. `n` grows by one each time: a reader that sees a jump has missed something. */
export interface ActivityNotice {
  readonly n: number
  readonly items: readonly Activity[]
}

export const conversationTopic = (conversationId: Id) => `conversation:${conversationId}`
export const userTopic = (userId: Id) => `user:${userId}`
export const cancelTopic = 'generation-cancelled'
/** There are files of messages to index. */
export const unindexedTopic = 'files-unindexed'

/** Items with the same key are about the same thing: the last one counts. */
export function activityToKey(item: Activity): string {
  switch (item.type) {
    case 'conversation':
      return item.conversation.id
    case 'conversation-removed':
      return item.conversationId
    case 'file':
      return item.file.id
    case 'models':
    case 'planner':
    case 'refetch':
      return item.type
  }
}
