import { applyEvent, getMessage, snapshotToState, type ConversationState, type EventRecord, type Message } from '@holdfast/shared'

/**
 * Applies delivered records. A snapshot always wins: the server sends one when this reader's cursor is not in the log, because it is too
 * old or, after a restore from a backup, too new. Older messages that were loaded before stay.
 * @throws LogGapError when records are missing: follow again, without a cursor.
 */
export function applyRecords(state: ConversationState, records: readonly EventRecord[]): ConversationState {
  let next = state
  for (const record of records) {
    next = record.event.type === 'snapshot' ? keepHistory(snapshotToState(record.event), next) : applyEvent(next, record)
  }
  return next
}

function keepHistory(snapshot: ConversationState, before: ConversationState): ConversationState {
  if (before.conversation?.id !== snapshot.conversation?.id) return snapshot
  const settled: Record<string, Message> = { ...snapshot.settled }
  for (const message of Object.values(snapshot.settled)) {
    let parentId = message.parentId
    while (parentId !== null && !(parentId in settled) && !getMessage(snapshot, parentId)) {
      const parent = before.settled[parentId]
      if (!parent) break
      settled[parentId] = parent
      parentId = parent.parentId
    }
  }
  return { ...snapshot, settled }
}
