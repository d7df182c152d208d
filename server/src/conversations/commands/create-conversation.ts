import { schema } from '@holdfast/drizzle'
import {
  conversationSchema,
  defaultTitle,
  mergeParameters,
  type Conversation,
  type conversationsCreateInput,
  type Id,
} from '@holdfast/shared'
import { v5 as uuidv5, v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import { readConversation, rowToConversation } from '../../conversation-store/conversation-row.ts'
import { doOnce } from '../../conversation-store/idempotent-request.ts'
import { indexTitle } from '../../conversation-store/index-messages.ts'
import { transact, type UnitOfWork, type UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { idTaken, Refusal } from '../../platform/refusal.ts'

const { conversations } = schema

/**
 * Creates an empty conversation. A repeat with the same id and body gives the existing one as it is now.
 * @throws Refusal CONFLICT id-taken
 */
export function createConversation(
  deps: UnitOfWorkDeps,
  userId: Id,
  input: z.output<typeof conversationsCreateInput>,
): Promise<Conversation> {
  const { conversationId } = input
  const now = deps.clock.now()
  return transact(deps, async (unit) => {
    if (conversationId === undefined) return insertConversation(unit, userId, input, now)
    const request = {
      userId,
      requestId: conversationToRequestId(conversationId),
      procedure: 'conversations.create',
      body: input,
      now,
    }
    try {
      await doOnce(unit.tx, request, conversationSchema.pick({ id: true }), () => insertConversation(unit, userId, input, now))
      return rowToConversation(await readConversation(unit.tx, userId, conversationId))
    } catch (error) {
      // Created with another body, or in the trash: either way the id is taken.
      const isTaken = error instanceof Refusal && (error.reason === 'request-reused' || error.code === 'NOT_FOUND')
      throw isTaken ? idTaken('conversationId') : error
    }
  })
}

/** Creation is remembered like a request; deriving the id keeps it apart from the ids that clients choose. */
function conversationToRequestId(conversationId: Id): Id {
  return uuidv5('conversations.create', conversationId)
}

async function insertConversation(
  unit: UnitOfWork,
  userId: Id,
  input: z.output<typeof conversationsCreateInput>,
  now: Date,
): Promise<Conversation> {
  const [created] = await unit.tx
    .insert(conversations)
    .values({
      id: input.conversationId ?? uuidv7(),
      userId,
      title: input.title ?? defaultTitle,
      titleSource: input.title === undefined ? 'default' : 'user',
      model: input.model ?? null,
      instructions: input.instructions ?? null,
      parameters: mergeParameters(input.parameters),
      lastEventAt: now,
      createdAt: now,
      updatedAt: now,
    })
    .onConflictDoNothing({ target: conversations.id })
    .returning()
  if (!created) throw idTaken('conversationId')
  await indexTitle(unit.tx, userId, created.id, created.title)
  const conversation = rowToConversation(created)
  unit.notify(userId, { type: 'conversation', conversation })
  return conversation
}
