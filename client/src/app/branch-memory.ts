import type { Id } from '@holdfast/shared'

const keyOf = (conversationId: Id) => `holdfast.branch.${conversationId}`

export interface KeptBranch {
  readonly leafId?: Id
  /** The end of the active branch when this one was chosen: what is active later and is not this is news. */
  readonly activeWhenChosen?: Id
}

/** The branch that this tab has chosen, so that a reload shows the same one. Other tabs and devices choose for themselves. */
export function readBranch(conversationId: Id): KeptBranch {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(keyOf(conversationId)) ?? '[]')
    const [leafId, activeWhenChosen] = Array.isArray(kept) ? (kept as unknown[]) : []
    return {
      ...(typeof leafId === 'string' ? { leafId } : {}),
      ...(typeof activeWhenChosen === 'string' ? { activeWhenChosen } : {}),
    }
  } catch {
    return {}
  }
}

/**
 * Null: the one that is active, whichever that is.
 * @param activeId the end of the active branch, as far as this tab knows.
 */
export function rememberBranch(conversationId: Id, messageId: Id | null, activeId: Id | null = null): void {
  try {
    if (messageId === null) sessionStorage.removeItem(keyOf(conversationId))
    else sessionStorage.setItem(keyOf(conversationId), JSON.stringify([messageId, activeId]))
  } catch {
    // Storage is forbidden: a reload shows the active branch.
  }
}
