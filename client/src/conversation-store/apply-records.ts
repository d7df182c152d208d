import { applyEvent, getMessage, snapshotToState, type ConversationState, type EventRecord, type Message } from '@holdfast/shared'

/**
 * Applies what a follow delivered. A snapshot always wins: the server sends one when this reader's place in the log is gone, be it
 * behind or, after a restore from a backup, ahead. Older messages that were loaded before stay in sight.
 * @throws LogGapError when something is missing: follow anew, without a cursor.
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
