import { getMessage, pathTo, type ConversationState, type Id, type Message } from '@holdfast/shared'
import type { OutboxItem } from '../outbox/outbox-item.ts'

/** Which of the tree's paths a reader wants to see. */
export type PathChoice =
  /** The branch that the server calls active. */
  | { readonly kind: 'active' }
  /** The branch that ends here. It grows with what is added below. */
  | { readonly kind: 'leaf'; readonly leafId: Id }
  /** The branch of a message that was just sent from here; `then` holds once the server has it. */
  | { readonly kind: 'sent'; readonly requestId: Id; readonly then: 'active' | 'leaf' }

export interface Path {
  /** Messages of the log, oldest first. */
  readonly messages: readonly Message[]
  /** Messages on their way, below. */
  readonly pending: readonly OutboxItem[]
}

/** The path to show. `pending`: messages that the log does not hold yet, in the order in which they were written. */
export function choosePath(
  state: ConversationState,
  choice: PathChoice,
  pending: readonly OutboxItem[],
  readPath: (state: ConversationState, leafId: Id | null) => readonly Message[] = pathTo,
): Path {
  const target =
    choice.kind === 'leaf'
      ? lastBelow(choice.leafId, pending)
      : choice.kind === 'sent'
        ? lastBelow(pending.find((item) => item.requestId === choice.requestId)?.assistantMessageId ?? null, pending)
        : pending.at(-1)
  const chain = target ? chainTo(target, pending) : []
  const isPlaced = chain[0]?.parentId !== undefined
  const base = isPlaced ? (chain[0]?.parentId ?? null) : choice.kind === 'leaf' ? choice.leafId : activeLeaf(state)
  const messages = readPath(state, base)
  // The parent is gone: the pending messages stay in sight.
  if (chain.length > 0 && base !== null && messages.length === 0)
    return { messages: readPath(state, activeLeaf(state)), pending: chain }
  return { messages, pending: chain }
}

/** The end of the newest branch below a message, as far as it is loaded. */
export function newestLeafBelow(state: ConversationState, id: Id): Id {
  const childByParent = new Map<Id, Message>()
  for (const message of [...Object.values(state.settled), ...Object.values(state.running)]) {
    if (message.parentId === null) continue
    const known = childByParent.get(message.parentId)
    if (!known || message.siblingIds.indexOf(message.id) > message.siblingIds.indexOf(known.id)) {
      childByParent.set(message.parentId, message)
    }
  }
  let leaf = id
  for (let child = childByParent.get(leaf); child; child = childByParent.get(leaf)) leaf = child.id
  return leaf
}

function activeLeaf(state: ConversationState): Id | null {
  const leafId = state.conversation?.activeMessageId ?? null
  return leafId !== null && getMessage(state, leafId) ? leafId : null
}

function chainTo(target: OutboxItem, pending: readonly OutboxItem[]): OutboxItem[] {
  const chain = [target]
  for (let above = parentOf(target, pending); above; above = parentOf(above, pending)) chain.unshift(above)
  return chain
}

function parentOf(item: OutboxItem, pending: readonly OutboxItem[]): OutboxItem | undefined {
  return pending.find((other) => other.assistantMessageId === item.parentId)
}

/** The last of what was written below a message, or the item whose answer that message will be. */
function lastBelow(messageId: Id | null, pending: readonly OutboxItem[]): OutboxItem | undefined {
  let last = pending.find((item) => item.assistantMessageId === messageId)
  let end = messageId
  for (let next = findBelow(end, pending); next; next = findBelow(end, pending)) {
    last = next
    end = next.assistantMessageId
  }
  return last
}

function findBelow(messageId: Id | null, pending: readonly OutboxItem[]): OutboxItem | undefined {
  return messageId === null ? undefined : pending.findLast((item) => item.parentId === messageId)
}
