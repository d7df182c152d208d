import { activeStatusCondition, schema } from '@holdfast/drizzle'
import { codePointLength, messagesSteerOutput, type Id, type RemarkPart, type SteerInput } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import type { UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { readGenerationMessage } from '../../generation/ending/end-generation.ts'
import { badField, Refusal } from '../../platform/refusal.ts'
import { changeMessage } from '../change-message.ts'
import type { ComposeDeps } from '../compose-question.ts'

const { generations, messages } = schema

/** Remarks that a model has not got yet, of one answer. */
const maxPendingRemarks = 20

/**
 * [R18] Gives a running answer a remark, which the model gets at its next step. It is in the log when this returns, in the order of other
 * remarks, and the answer cannot complete before the model has got it.
 * @throws Refusal NOT_FOUND, BAD_REQUEST for a text above the server's limit, CONFLICT not-steerable | request-reused
 */
export function steerMessage(
  deps: UnitOfWorkDeps & ComposeDeps,
  userId: Id,
  input: SteerInput,
): Promise<z.infer<typeof messagesSteerOutput>> {
  const limit = deps.config.messageMaxCharacters
  if (codePointLength(input.content) > limit) throw badField('content', `must have at most ${limit} characters`)
  return changeMessage(deps, userId, 'messages.steer', input, messagesSteerOutput, async (unit, { id, conversationId }, now) => {
    const { tx } = unit
    // The end of an answer updates this row, too: either it sees the remark, or the remark is refused.
    const [generation] = await tx
      .select()
      .from(generations)
      .where(and(eq(generations.messageId, id), activeStatusCondition(generations.status)))
      .for('update')
    if (!generation) throw notSteerable('this answer has ended')
    if (generation.cancelRequestedAt !== null) throw notSteerable('this answer is being stopped')
    const { pendingRemarks = [] } = (await readGenerationMessage(tx, generation)) ?? {}
    if (pendingRemarks.length >= maxPendingRemarks) {
      throw notSteerable(`this answer has ${maxPendingRemarks} remarks that the model has not got yet`)
    }
    const remark: RemarkPart = {
      type: 'remark',
      remarkId: uuidv7(),
      text: input.content,
      authorId: userId,
      createdAt: now.toISOString(),
    }
    const [added] = await unit.append(conversationId, [{ type: 'remark-added', messageId: id, remark }], generation.id)
    await tx.update(generations).set({ hasRemarks: true }).where(eq(generations.id, generation.id))
    await tx
      .update(messages)
      .set({ updatedAt: new Date(added?.at ?? now) })
      .where(eq(messages.id, id))
    return { messageId: id, remarkId: remark.remarkId }
  })
}

function notSteerable(message: string): Refusal {
  return new Refusal('CONFLICT', `messageId: ${message}`, {
    reason: 'not-steerable',
    issues: [{ path: 'messageId', message }],
  })
}
