import type { ConversationEvent } from '@holdfast/shared'

/** UTF-16 units. An event is the smallest unit that a reader is sent, so it stays small however fast a model writes. */
const maxMergedLength = 16 * 1024

/** Adds an event to `pending`. Consecutive deltas of one part become one event with the offset of the first. */
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
    // The later event's duration covers both.
    pending[pending.length - 1] = { ...last, ...event, offset: last.offset, text: last.text + event.text } as typeof last
    return
  }
  pending.push(event)
}
