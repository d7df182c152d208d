import type { ConversationEvent } from '@holdfast/shared'

/** UTF-16 units. One event is what a reader is sent at least: it stays small however fast a model writes. */
const maxMergedLength = 16 * 1024

/** Adds an event to what waits for the next flush. Deltas that follow each other in one part become one event with the first's offset. */
export function pushMerged(pending: ConversationEvent[], event: ConversationEvent): void {
  const last = pending.at(-1)
  if (
    last &&
    (last.type === 'text-delta' || last.type === 'reasoning-delta') &&
    event.type === last.type &&
    event.messageId === last.messageId &&
    event.part === last.part &&
    event.offset === last.offset + last.text.length &&
    last.text.length + event.text.length <= maxMergedLength
  ) {
    // What the later one says of how long it took holds for both.
    pending[pending.length - 1] = { ...last, ...event, offset: last.offset, text: last.text + event.text } as typeof last
    return
  }
  pending.push(event)
}
