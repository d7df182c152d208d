import { changeReactions, foldMessage, type EventRecord, type Message } from '@holdfast/shared'
import { rowToSettledMessage, type MessageRow } from '../../conversation-store/message-row.ts'
import { readMessageEvents } from '../../event-log/read-log.ts'
import type { Queries } from '../../platform/database/database.ts'

/**
 * A message as it was after the event `cursor`, from its own events, without siblings. What no event tells is as it is now.
 * @throws LogGapError when the log begins in the middle of it
 */
export async function readEarlierMessage(queries: Queries, row: MessageRow, cursor: number): Promise<Message> {
  const events = await readMessageEvents(queries, row)
  const first = events.find(({ event }) => event.type !== 'reaction-changed')
  const now = withoutReactions(rowToSettledMessage(row, []), events)
  // A question, or an answer whose events are all pruned: nothing but its removal has changed it.
  if (!first || first.event.type === 'message-removed') {
    const reactions = events.filter(({ seq, event }) => seq <= cursor && event.type === 'reaction-changed')
    return { ...foldMessage(now, reactions), updatedAt: toLastTime(row, now) }
  }
  const start =
    first.event.type === 'message-added'
      ? first.event.message
      : first.event.type === 'generation-queued' && first.event.message
        ? first.event.message
        : toQueued(now)
  return foldMessage(
    start,
    events.filter(({ seq, event }) => seq <= cursor && event.type !== 'message-added'),
  )
}

/** An answer that was added before the log begins, and begun after. */
function toQueued(now: Message): Message {
  const { notes: _, ...rest } = now
  return {
    ...rest,
    status: 'queued',
    content: '',
    parts: [],
    usage: null,
    costMicroUsd: null,
    error: null,
    updatedAt: now.createdAt,
  }
}

/** The message without what these events did to its reactions. */
function withoutReactions(message: Message, events: readonly EventRecord[]): Message {
  const { reactions: _, ...rest } = message
  const before = events.reduceRight(
    (reactions, { event }) =>
      event.type === 'reaction-changed' ? changeReactions(reactions, { ...event, on: !event.on }) : reactions,
    message.reactions ?? [],
  )
  return before.length === 0 ? rest : { ...rest, reactions: before }
}

/** The removal of a message is the last change of its row. */
function toLastTime(row: MessageRow, now: Message): string {
  return row.deletedAt === null ? now.updatedAt : now.createdAt
}
