import type { ConversationEvent } from '@holdfast/shared'

/** Adds an event to what waits for the next flush. Deltas that follow each other in one part become one event with the first's offset. */
export function pushMerged(pending: ConversationEvent[], event: ConversationEvent): void {
  const last = pending.at(-1)
  if (
    last &&
    (last.type === 'text-delta' || last.type === 'reasoning-delta') &&
    event.type === last.type &&
    event.messageId === last.messageId &&
    event.part === last.part &&
    event.offset === last.offset + last.text.length
  ) {
    pending[pending.length - 1] = { ...last, text: last.text + event.text }
    return
  }
  pending.push(event)
}
