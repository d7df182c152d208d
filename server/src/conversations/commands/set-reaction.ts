import { schema } from '@holdfast/drizzle'
import {
  changeReactions,
  maxReactions,
  type ConversationEvent,
  type Id,
  type MessageReaction,
  type reactionsSetInput,
  type reactionsSetOutput,
} from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import { readMessageRow } from '../../conversation-store/read-path.ts'
import { transact, type UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { badField } from '../../platform/refusal.ts'
import { lockMessage } from '../change-message.ts'

const { messages } = schema

const opposites: Readonly<Record<string, string>> = { up: 'down', down: 'up' }

/**
 * [R19] Gives a message a reaction of the user, or takes it back. What is so already changes nothing and takes no place in the log.
 * @throws Refusal NOT_FOUND, BAD_REQUEST for a 21st different reaction
 */
export function setReaction(
  deps: UnitOfWorkDeps,
  userId: Id,
  { messageId, reaction, on }: z.output<typeof reactionsSetInput>,
): Promise<z.infer<typeof reactionsSetOutput>> {
  return transact(deps, async (unit) => {
    const { row } = await lockMessage(unit, userId, await readMessageRow(unit.tx, userId, messageId))
    const before = row.reactions ?? []
    const opposite = opposites[reaction]
    const wanted = [...(on && opposite !== undefined ? [{ reaction: opposite, on: false }] : []), { reaction, on }].filter(
      (change) => hasReaction(before, change.reaction, userId) !== change.on,
    )
    if (wanted.length === 0) return { messageId, reactions: before }
    const reactions = wanted.reduce<MessageReaction[]>((all, change) => changeReactions(all, { ...change, userId }), [...before])
    if (reactions.length > maxReactions) throw badField('reaction', `a message takes at most ${maxReactions} different ones`)
    const events = wanted.map((change): ConversationEvent => ({ type: 'reaction-changed', messageId, userId, ...change }))
    const records = await unit.append(row.conversationId, events)
    await unit.tx
      .update(messages)
      .set({ reactions: reactions.length === 0 ? null : reactions, updatedAt: new Date(records.at(-1)?.at ?? deps.clock.now()) })
      .where(eq(messages.id, messageId))
    return { messageId, reactions }
  })
}

function hasReaction(reactions: readonly MessageReaction[], reaction: string, userId: Id): boolean {
  return reactions.some((each) => each.reaction === reaction && each.userIds.includes(userId))
}
