import type { Id } from '@holdfast/shared'

const keyOf = (conversationId: Id) => `holdfast.branch.${conversationId}`

/** The branch that this tab has chosen, so that a reload shows the same one. Other tabs and devices choose for themselves. */
export function readBranch(conversationId: Id): Id | undefined {
  try {
    return sessionStorage.getItem(keyOf(conversationId)) ?? undefined
  } catch {
    return undefined
  }
}

/** Null: the one that is active, whichever that is. */
export function rememberBranch(conversationId: Id, messageId: Id | null): void {
  try {
    if (messageId === null) sessionStorage.removeItem(keyOf(conversationId))
    else sessionStorage.setItem(keyOf(conversationId), messageId)
  } catch {
    // Storage is forbidden: a reload shows the active branch.
  }
}
