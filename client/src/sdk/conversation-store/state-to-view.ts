import type { Id, Message } from '@holdfast/shared'
import type { OutboxItem } from '../outbox/outbox-item.ts'
import type { ConnectionState } from '../transport/connection.ts'
import type { ConversationView, Delivery, ViewMessage } from './conversation-view.ts'
import { choosePath } from './path.ts'
import type { createPathReader } from './path-reader.ts'
import { activeLeafId, type StoreState } from './store-state.ts'

export interface ViewSources {
  readonly state: StoreState
  /** Messages that the log does not hold yet, in the order in which they were written. */
  readonly pending: readonly OutboxItem[]
  readonly connection: ConnectionState
  readonly itemToMessage: (item: OutboxItem) => ViewMessage
  readonly readPath: ReturnType<typeof createPathReader>
}

export function stateToView({ state, pending, connection, itemToMessage, readPath }: ViewSources): ConversationView {
  const { log, loading } = state
  const path = choosePath(log, state.choice, pending, readPath)
  const top = path.messages[0]
  const hasEarlier = top !== undefined && top.parentId !== null
  const lastPending = path.pending.at(-1)
  return {
    status: loading.status,
    failure: 'failure' in loading ? loading.failure : null,
    conversation: log.conversation,
    messages: path.pending.length === 0 ? path.messages : [...path.messages, ...path.pending.map(itemToMessage)],
    deliveries: Object.fromEntries(path.pending.map((item) => [item.userMessageId, itemToDelivery(item)])),
    retries: log.retries,
    stalled: log.stalled,
    stopping: state.stopping,
    decisions: state.decisions,
    leafId: lastPending ? lastPending.assistantMessageId : (path.messages.at(-1)?.id ?? null),
    earlier: !hasEarlier ? 'none' : state.earlier === 'no' ? 'available' : state.earlier,
    newerLeafId: findNewerLeaf(state, path.messages),
    deleted: log.deleted,
    cursor: log.cursor,
    connection,
  }
}

/** The active leaf, when it is news: added to another branch after the one that is shown was chosen. */
function findNewerLeaf(state: StoreState, shown: readonly Message[]): Id | null {
  const { choice, activeWhenChosen } = state
  const active = activeLeafId(state)
  if (choice.kind !== 'leaf' || active === null || active === activeWhenChosen || active === choice.leafId) return null
  return shown.some(({ id }) => id === active) ? null : active
}

const deliveries = new WeakMap<OutboxItem, Delivery>()

/** The same object for the same item. */
function itemToDelivery(item: OutboxItem): Delivery {
  const known = deliveries.get(item)
  if (known) return known
  const { requestId, state, failure, retryAt, needsSignIn, isKept } = item
  const delivery = { requestId, state, failure, retryAt, needsSignIn, isKept }
  deliveries.set(item, delivery)
  return delivery
}

/** Shows a message on its way like any other, made once for each state of it. */
export function createItemToMessage(): (item: OutboxItem) => ViewMessage {
  const messages = new Map<Id, ViewMessage>()
  return (item) => {
    const known = messages.get(item.requestId)
    if (known?.parentId === (item.parentId ?? null) && known.delivery === item.state) return known
    const message: ViewMessage = {
      id: item.userMessageId,
      conversationId: item.conversationId,
      parentId: item.parentId ?? null,
      siblingIds: [item.userMessageId],
      role: 'user',
      status: 'completed',
      content: item.content,
      parts: [
        ...(item.files ?? []).map((file) => ({ type: 'file' as const, ...file })),
        ...(item.content === '' && item.files ? [] : [{ type: 'text' as const, text: item.content }]),
      ],
      model: null,
      usage: null,
      costMicroUsd: null,
      error: null,
      createdAt: item.createdAt,
      updatedAt: item.createdAt,
      delivery: item.state,
    }
    messages.set(item.requestId, message)
    return message
  }
}
