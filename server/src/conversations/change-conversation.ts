import { schema } from '@holdfast/drizzle'
import {
  conversationSchema,
  defaultTitle,
  type Conversation,
  type conversationsCreateInput,
  type conversationsMarkReadInput,
  type conversationsUpdateInput,
  type Id,
} from '@holdfast/shared'
import { and, eq, inArray, isNotNull, isNull } from 'drizzle-orm'
import { v5 as uuidv5, v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import type { CancelSignals } from '../generation/cancel-signals.ts'
import { endWithoutWorker, type EndDeps } from '../generation/end-generation.ts'
import { transact, type UnitOfWork, type UnitOfWorkDeps } from '../log/unit-of-work.ts'
import { idTaken } from '../messages/add-messages.ts'
import { doOnce } from '../messages/idempotent-request.ts'
import { notFound, Refusal } from '../refusal.ts'
import { indexTitle } from '../search/index-messages.ts'
import {
  lockConversation,
  readConversation,
  rowToConversation,
  saveConversation,
  type ConversationRow,
} from './conversation-row.ts'

const { conversations, generations, messages } = schema

/**
 * Makes an empty conversation. A repeat with the same id and body gives the one that is there, as it is now.
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
      // Made with another body, or in the trash: either way this one cannot be made.
      const isTaken = error instanceof Refusal && (error.reason === 'request-reused' || error.code === 'NOT_FOUND')
      throw isTaken ? idTaken('conversationId') : error
    }
  })
}

/** What was asked when a conversation was made is remembered like a request, but never mistaken for one. */
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

/** Changes what was named; a title that a person gives is never replaced. @throws Refusal NOT_FOUND */
export function updateConversation(
  deps: UnitOfWorkDeps,
  userId: Id,
  input: z.output<typeof conversationsUpdateInput>,
): Promise<Conversation> {
  return transact(deps, async (unit) => {
    const row = await lockConversation(unit.tx, userId, input.conversationId)
    const { title, model, instructions, pinned, archived, activeMessageId } = input
    if (activeMessageId !== undefined) await checkIsMessage(unit, row.id, activeMessageId)
    return saveAndTell(unit, row, {
      ...(title === undefined ? {} : { title, titleSource: 'user' }),
      ...(model === undefined ? {} : { model }),
      ...(instructions === undefined ? {} : { instructions }),
      ...(pinned === undefined ? {} : { pinned }),
      ...(archived === undefined ? {} : { archived }),
      ...(activeMessageId === undefined ? {} : { activeMessageId }),
    })
  })
}

/** Everything up to `cursor` has been seen. @throws Refusal NOT_FOUND */
export function markRead(
  deps: UnitOfWorkDeps,
  userId: Id,
  input: z.output<typeof conversationsMarkReadInput>,
): Promise<Conversation> {
  return transact(deps, async (unit) => {
    const row = await lockConversation(unit.tx, userId, input.conversationId)
    const readSeq = Math.min(Math.max(row.readSeq, Number(input.cursor)), row.lastSeq)
    const isNews = row.endedSeq > row.readSeq && row.endedSeq <= readSeq
    if (!isNews) return rowToConversation(row)
    return saveAndTell(unit, row, { readSeq })
  })
}

/**
 * To the trash, or for good with all that hangs on it. What is running is cancelled. Repeating it is harmless.
 * @throws Refusal NOT_FOUND
 */
export function deleteConversation(
  deps: UnitOfWorkDeps & EndDeps & { cancels: CancelSignals },
  userId: Id,
  input: { conversationId: Id; permanent: boolean },
): Promise<{ conversationId: Id }> {
  const { conversationId } = input
  return transact(deps, async (unit) => {
    const { tx } = unit
    const isThis = and(eq(conversations.id, conversationId), eq(conversations.userId, userId))
    const [found] = await tx.select().from(conversations).where(isThis)
    if (!found) throw notFound('Conversation')
    const active = await tx
      .select()
      .from(generations)
      .where(
        and(eq(generations.conversationId, conversationId), inArray(generations.status, ['queued', 'generating', 'waiting'])),
      )
      .orderBy(generations.id)
      .for('update')
    for (const generation of active) {
      const [current] = await tx.select().from(generations).where(eq(generations.id, generation.id))
      // Ending one also ends those that are queued behind it.
      if (current && current.endedAt === null) await endWithoutWorker(deps, unit, current)
    }
    if (found.deletedAt === null) {
      await unit.append(conversationId, [{ type: 'conversation-deleted' }])
      await tx.update(conversations).set({ deletedAt: deps.clock.now() }).where(isThis)
    }
    if (input.permanent) {
      // The row would hold its messages back: it points at one of them.
      await tx.update(conversations).set({ activeMessageId: null }).where(isThis)
      await tx.delete(conversations).where(isThis)
    }
    unit.notify(userId, { type: 'conversation-removed', conversationId })
    return { conversationId }
  })
}

/** Back from the trash, with everything in it. Repeating it is harmless. @throws Refusal NOT_FOUND */
export function restoreConversation(deps: UnitOfWorkDeps, userId: Id, conversationId: Id): Promise<Conversation> {
  return transact(deps, async (unit) => {
    const [restored] = await unit.tx
      .update(conversations)
      .set({ deletedAt: null })
      .where(and(eq(conversations.id, conversationId), eq(conversations.userId, userId), isNotNull(conversations.deletedAt)))
      .returning()
    if (!restored) return rowToConversation(await lockConversation(unit.tx, userId, conversationId))
    await unit.append(conversationId, [{ type: 'conversation-restored' }])
    return rowToConversation(await saveConversation(unit, conversationId, {}))
  })
}

async function saveAndTell(
  unit: UnitOfWork,
  row: ConversationRow,
  changes: Partial<typeof conversations.$inferInsert>,
): Promise<Conversation> {
  const before = rowToConversation(row)
  const conversation = rowToConversation(await saveConversation(unit, row.id, changes))
  if (JSON.stringify(conversation) !== JSON.stringify(before)) {
    await unit.append(row.id, [{ type: 'conversation-updated', conversation }])
  }
  return conversation
}

async function checkIsMessage(unit: UnitOfWork, conversationId: Id, messageId: Id): Promise<void> {
  const [message] = await unit.tx
    .select({ id: messages.id })
    .from(messages)
    .where(and(eq(messages.conversationId, conversationId), eq(messages.id, messageId), isNull(messages.deletedAt)))
  if (!message) throw notFound('Message')
}
