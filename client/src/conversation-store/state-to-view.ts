import type { ConversationState, Id, Message } from '@holdfast/shared'
import type { OutboxItem } from '../outbox/outbox-item.ts'
import type { ConnectionState } from '../transport/connection.ts'
import type { Failure } from '../transport/failure.ts'
import type { ConversationView, Delivery } from './conversation-view.ts'
import { choosePath, type PathChoice } from './path.ts'
import type { createPathReader } from './path-reader.ts'

export interface ViewSources {
  readonly state: ConversationState
  readonly status: ConversationView['status']
  readonly failure: Failure | null
  readonly choice: PathChoice
  /** What was active when the branch was chosen that is shown. */
  readonly activeWhenChosen: Id | null
  readonly pending: readonly OutboxItem[]
  readonly loadingEarlier: 'no' | 'loading' | 'failed'
  readonly stopping: Readonly<Record<Id, true>>
  readonly decisions: Readonly<Record<string, boolean>>
  readonly connection: ConnectionState
  readonly itemToMessage: (item: OutboxItem) => Message
  readonly readPath: ReturnType<typeof createPathReader>
}

export function stateToView(sources: ViewSources): ConversationView {
  const { state, loadingEarlier } = sources
  const path = choosePath(state, sources.choice, sources.pending, sources.readPath)
  const top = path.messages[0]
  const hasEarlier = top !== undefined && top.parentId !== null
  const lastPending = path.pending.at(-1)
  return {
    status: sources.status,
    failure: sources.failure,
    conversation: state.conversation,
    messages: path.pending.length === 0 ? path.messages : [...path.messages, ...path.pending.map(sources.itemToMessage)],
    deliveries: Object.fromEntries(path.pending.map((item) => [item.userMessageId, itemToDelivery(item)])),
    retries: state.retries,
    stopping: sources.stopping,
    decisions: sources.decisions,
    leafId: lastPending ? lastPending.assistantMessageId : (path.messages.at(-1)?.id ?? null),
    earlier: !hasEarlier ? 'none' : loadingEarlier === 'no' ? 'available' : loadingEarlier,
    newerLeafId: findNewerLeaf(sources, path.messages),
    deleted: state.deleted,
    cursor: state.cursor,
    connection: sources.connection,
  }
}

/** Who chose an older branch knows that there is another; what was added to it since is news. */
function findNewerLeaf({ state, choice, activeWhenChosen }: ViewSources, shown: readonly Message[]): Id | null {
  const active = state.conversation?.activeMessageId ?? null
  if (choice.kind !== 'leaf' || active === null || active === activeWhenChosen || active === choice.leafId) return null
  return shown.some(({ id }) => id === active) ? null : active
}

function itemToDelivery(item: OutboxItem): Delivery {
  const { requestId, state, failure, retryAt, needsSignIn } = item
  return { requestId, state, failure, retryAt, needsSignIn }
}

/** What a message on its way looks like in the thread, made once for each. */
export function createItemToMessage(): (item: OutboxItem) => Message {
  const messages = new Map<Id, Message>()
  return (item) => {
    const known = messages.get(item.requestId)
    if (known?.parentId === (item.parentId ?? null)) return known
    const message: Message = {
      id: item.userMessageId,
      conversationId: item.conversationId,
      parentId: item.parentId ?? null,
      siblingIds: [item.userMessageId],
      role: 'user',
      status: 'completed',
      content: item.content,
      parts: [{ type: 'text', text: item.content }],
      model: null,
      usage: null,
      costMicroUsd: null,
      error: null,
      createdAt: item.createdAt,
      updatedAt: item.createdAt,
    }
    messages.set(item.requestId, message)
    return message
  }
}
