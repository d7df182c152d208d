import type { Id } from '@holdfast/shared'
import { openDeviceStorage } from '../../lib/device-storage.ts'
import { parseJson } from '../../lib/parse-json.ts'

const storage = openDeviceStorage('session')
const keyOf = (conversationId: Id) => `holdfast.branch.${conversationId}`

export interface KeptBranch {
  readonly leafId?: Id
  /** The end of the active branch when this one was chosen: a different active end later is news. */
  readonly activeWhenChosen?: Id
}

/** The branch that this tab has chosen, so that a reload shows the same one. Other tabs and devices choose for themselves. */
export function readBranch(conversationId: Id): KeptBranch {
  const kept = parseJson(storage.read(keyOf(conversationId)))
  const [leafId, activeWhenChosen] = Array.isArray(kept) ? (kept as unknown[]) : []
  return {
    ...(typeof leafId === 'string' ? { leafId } : {}),
    ...(typeof activeWhenChosen === 'string' ? { activeWhenChosen } : {}),
  }
}

/**
 * Null: the active branch.
 * @param activeId the end of the active branch, as far as this tab knows.
 */
export function rememberBranch(conversationId: Id, messageId: Id | null, activeId: Id | null = null): void {
  storage.write(keyOf(conversationId), messageId === null ? null : JSON.stringify([messageId, activeId]))
}
