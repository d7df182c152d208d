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

/** What other nodes get of an {@link ActivityNotice}: ids and numbers. They read the rest, each for its own readers. */
export interface ActivityHint {
  readonly n: number
  readonly changed: readonly ActivityChange[]
}

export type ActivityChange =
  | { readonly type: 'conversation' | 'file'; readonly id: Id }
  | Exclude<Activity, { type: 'conversation' | 'file' }>

/** A notice of more changes than this says that all of them are to be read. */
const maxChanges = 50

export function noticeToHint({ n, items }: ActivityNotice): ActivityHint {
  return { n, changed: items.length > maxChanges ? [{ type: 'refetch' }] : items.map(itemToChange) }
}

function itemToChange(item: Activity): ActivityChange {
  switch (item.type) {
    case 'conversation':
      return { type: 'conversation', id: item.conversation.id }
    case 'file':
      return { type: 'file', id: item.file.id }
    case 'conversation-removed':
    case 'models':
    case 'planner':
    case 'refetch':
      return item
  }
}

export const conversationTopic = (conversationId: Id) => `conversation:${conversationId}`
export const userTopic = (userId: Id) => `user:${userId}`
/** There is a job in the queue of this name. */
export const jobsTopic = 'jobs'
export const cancelTopic = 'generation-cancelled'
/** There are files of messages to index. */
export const unindexedTopic = 'files-unindexed'

/** Items with the same key are about the same thing: the last one counts. */
export function activityToKey(item: Activity | ActivityChange): string {
  switch (item.type) {
    case 'conversation':
      return 'id' in item ? item.id : item.conversation.id
    case 'conversation-removed':
      return item.conversationId
    case 'file':
      return 'id' in item ? item.id : item.file.id
    case 'models':
    case 'planner':
    case 'refetch':
      return item.type
  }
}
