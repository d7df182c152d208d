import type { ToolCallContext } from '../../tools/tool-context.ts'
import type { Actor } from '../planner-change.ts'

/** The user that a tool acts for, and the answer it acts in. A call from outside a conversation counts as made by hand. */
export function contextToActor({ userId, now, conversationId, messageId }: ToolCallContext): Actor {
  return { userId, now, source: conversationId === null || messageId === null ? null : { conversationId, messageId } }
}
