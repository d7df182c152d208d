import type { Id } from '@holdfast/shared'
import type { HoldfastClient } from '../sdk/client.ts'
import type { BranchOptions, ConversationStore } from '../sdk/conversation-store/conversation-store.ts'
import type { ConversationView } from '../sdk/conversation-store/conversation-view.ts'
import { useConversationLoan, useSelected } from './use-conversation-loan.ts'

export interface OpenConversation {
  /** What is shown now: a value, in which whatever did not change keeps its identity. */
  readonly view: ConversationView
  /** Its commands: `send`, `stop`, `regenerate` … */
  readonly store: ConversationStore
}

/**
 * Follows a conversation for as long as the component is mounted. All components that show the same conversation share one store;
 * it stays open for a moment after the last one was unmounted, so that coming back is instant.
 * @param options is read when the store is made.
 */
export function useConversation(conversationId: Id, options?: BranchOptions): OpenConversation
/** The same for a client that no `HoldfastProvider` gives. */
export function useConversation(client: HoldfastClient, conversationId: Id, options?: BranchOptions): OpenConversation
export function useConversation(...args: WithoutClient | WithClient): OpenConversation {
  const [client, conversationId, options] = hasClient(args) ? args : [null, ...args]
  const loan = useConversationLoan(client, conversationId, options)
  const view = useSelected(loan, toItself)
  return { view, store: loan.store() }
}

type WithoutClient = [conversationId: Id, options?: BranchOptions | undefined]
type WithClient = [client: HoldfastClient, conversationId: Id, options?: BranchOptions | undefined]

function hasClient(args: WithoutClient | WithClient): args is WithClient {
  return typeof args[0] !== 'string'
}

function toItself(view: ConversationView): ConversationView {
  return view
}
