import type { Id, ImportSource } from '@holdfast/shared'
import { v5 as uuidv5 } from 'uuid'

/** The same thing of the same account at the same source has the same id for a user in every import: nothing is added twice. */
export function sourceToId(userId: Id, source: ImportSource, kind: string, ...sourceIds: readonly string[]): Id {
  return uuidv5(JSON.stringify([source, kind, ...sourceIds]), userId)
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/u

/** An id of our own export as it is, where it can be an id at all. */
export function toOwnId(source: ImportSource, sourceId: string): Id | null {
  const id = sourceId.toLowerCase()
  return source === 'holdfast' && uuid.test(id) ? id : null
}
