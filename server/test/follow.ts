import {
  applyEvents,
  emptyConversationState,
  getMessage,
  type ConversationState,
  type EventRecord,
  type Id,
  type Message,
} from '@holdfast/shared'
import type { TestUser } from '../testing/create-test-app.ts'

/** A reader that folds what it follows, and can be waited on. */
export interface Follower {
  readonly state: () => ConversationState
  /** The batches as they came, heartbeats too. */
  readonly batches: readonly (readonly EventRecord[])[]
  readonly message: (id: Id) => Message | undefined
  /** Resolves with the state once `condition` holds; rejects after 60 s, or when the subscription fails. */
  readonly until: (condition: (state: ConversationState) => boolean) => Promise<ConversationState>
  /** Resolves when the server has ended the subscription. */
  readonly ended: Promise<void>
  readonly stop: () => void
}

export function follow(
  client: TestUser['client'],
  conversationId: Id,
  options: { lastEventId?: string; from?: ConversationState } = {},
): Follower {
  let state = options.from ?? emptyConversationState
  const batches: (readonly EventRecord[])[] = []
  const waiting = new Set<() => void>()
  const { promise: ended, resolve: end, reject: fail } = Promise.withResolvers<void>()
  ended.catch(() => {})
  const notify = () => {
    for (const check of waiting) check()
  }
  const subscription = client.conversations.follow.subscribe(
    { conversationId, ...(options.lastEventId === undefined ? {} : { lastEventId: options.lastEventId }) },
    {
      onData: ({ data }) => {
        batches.push(data)
        // A snapshot at the start of a subscription replaces what was known.
        if (data[0]?.event.type === 'snapshot') state = emptyConversationState
        state = applyEvents(state, data)
        notify()
      },
      onError: fail,
      onComplete: () => end(),
    },
  )
  return {
    state: () => state,
    batches,
    message: (id) => getMessage(state, id),
    until: (condition) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(check)
          reject(new Error(`not within 60 s; the state is ${JSON.stringify(state).slice(0, 2_000)}`))
        }, 60_000)
        const check = () => {
          if (!condition(state)) return
          clearTimeout(timer)
          waiting.delete(check)
          resolve(state)
        }
        waiting.add(check)
        ended.catch(reject)
        check()
      }),
    ended,
    stop: () => subscription.unsubscribe(),
  }
}
