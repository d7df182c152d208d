import type { EventOf } from './events.ts'
import type { Message } from './message.ts'
import { changeReactions } from './reaction.ts'

/** [E26] The remark's id tells a repeat apart. */
export function addRemark(message: Message, { remark }: EventOf<'remark-added'>, at: string): Message {
  const { pendingRemarks = [] } = message
  if (pendingRemarks.some(({ remarkId }) => remarkId === remark.remarkId) || hasRemark(message, remark.remarkId)) return message
  return { ...message, pendingRemarks: [...pendingRemarks, remark], updatedAt: at }
}

function hasRemark({ parts }: Message, remarkId: string): boolean {
  return parts.some((part) => part.type === 'remark' && part.remarkId === remarkId)
}

/** [E28] The same reaction of the same user again changes nothing. */
export function setReaction(message: Message, event: EventOf<'reaction-changed'>, at: string): Message {
  const { reactions: before = [], ...rest } = message
  const reactions = changeReactions(before, event)
  return { ...rest, ...(reactions.length === 0 ? {} : { reactions }), updatedAt: at }
}
