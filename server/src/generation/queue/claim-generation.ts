import { schema } from '@holdfast/drizzle'
import type { EventRecord, Id, Message, MessageError } from '@holdfast/shared'
import { eq, sql } from 'drizzle-orm'
import { refreshActivity, type ConversationRow } from '../../conversation-store/conversation-row.ts'
import { readGenerationEvents } from '../../event-log/read-log.ts'
import { transact, type UnitOfWork, type UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { leaseSeconds } from '../writer/append-batches.ts'
import { endGeneration, readGenerationMessage, type EndDeps } from '../ending/end-generation.ts'
import { isMessageFile } from '../store/is-message-file.ts'
import type { GenerationRow } from '../store/generation-row.ts'
import { personColumns, type Person } from '../../limits/effective-limits.ts'
import { closeAbandonedCalls } from '../../usage/model-call-ledger.ts'
import { readToolCalls, type ToolCallRow } from '../store/tool-ledger.ts'

const { conversations, generations, messages, users } = schema

/** Limits a generation that crashes the process each time it runs. */
const maxClaims = 6

export interface Claim {
  readonly generation: GenerationRow
  readonly conversation: ConversationRow
  /** Whose limits hold. */
  readonly person: Person
  /** As the log has it, status `generating`. */
  readonly message: Message
  /** Upstream tries before this one. */
  readonly attempt: number
}

/**
 * Takes a generation for this worker: a higher fence, a lease, `generation-started`. Null when there is nothing to run: it has ended,
 * waits for a person, was cancelled meanwhile, or stopped half-way and can only be continued by a person.
 */
export function claimGeneration(
  deps: UnitOfWorkDeps & EndDeps,
  input: { generationId: Id; owner: string },
): Promise<Claim | null> {
  return transact(deps, async (unit) => {
    const { tx } = unit
    const [found] = await tx.select().from(generations).where(eq(generations.id, input.generationId)).for('update')
    if (!found || (found.status !== 'queued' && found.status !== 'generating')) return null
    const [place] = await tx
      .select({ conversation: conversations, person: personColumns })
      .from(conversations)
      .innerJoin(users, eq(users.id, conversations.userId))
      .where(eq(conversations.id, found.conversationId))
    const message = await readGenerationMessage(tx, found)
    if (!place || !message) return null
    const { conversation, person } = place
    const records = found.fence === 0 ? [] : await readGenerationEvents(tx, [found.id])
    if (await endInsteadOfRunning(deps, unit, { generation: found, conversation, message, records })) return null
    // Model calls of an earlier owner will not end. None of their text was shown, or this generation would have been interrupted.
    if (found.fence > 0) await closeAbandonedCalls(deps, tx, found.id)
    const attempt = lastAttempt(records) + 1
    const [generation] = await tx
      .update(generations)
      .set({
        status: 'generating',
        fence: found.fence + 1,
        owner: input.owner,
        attempt,
        leaseUntil: sql`now() + make_interval(secs => ${leaseSeconds})`,
        stalledLease: null,
      })
      .where(eq(generations.id, found.id))
      .returning()
    if (!generation) return null
    const { messageId, model, conversationId } = generation
    const [started] = await unit.append(
      conversationId,
      [{ type: 'generation-started', messageId, attempt, model }],
      generation.id,
    )
    await tx
      .update(messages)
      .set({ status: 'generating', model, error: null, updatedAt: new Date(started?.at ?? message.updatedAt) })
      .where(eq(messages.id, messageId))
    // From queued to generating the conversation stays `thinking`: the user's lists need no notice.
    const isThinking = found.status === 'queued' && conversation.state === 'thinking' && conversation.hasActiveGeneration
    const saved = isThinking ? conversation : await refreshActivity(unit, conversationId)
    return { generation, conversation: saved, message: { ...message, status: 'generating', model, error: null }, attempt, person }
  })
}

/** Ends a generation that was cancelled or cannot be resumed. True: it was ended here. */
async function endInsteadOfRunning(
  deps: EndDeps,
  unit: UnitOfWork,
  found: { generation: GenerationRow; conversation: ConversationRow; message: Message; records: readonly EventRecord[] },
): Promise<boolean> {
  const { generation, message, records } = found
  if (generation.cancelRequestedAt !== null || found.conversation.deletedAt !== null) {
    await endGeneration(deps, unit, generation, { status: 'cancelled', message })
    return true
  }
  if (generation.status !== 'generating') return false
  const calls = await readToolCalls(unit.tx, generation.id)
  const error = findInterruption(generation, calls, records)
  if (!error) return false
  await endGeneration(deps, unit, generation, { status: 'interrupted', message, error })
  return true
}

/**
 * Why an abandoned generation cannot be resumed; null when it can. Between steps it can: the calls that the model asked for are in the
 * ledger, and those that have ended are not run again.
 */
function findInterruption(
  generation: GenerationRow,
  calls: readonly ToolCallRow[],
  records: readonly EventRecord[],
): MessageError | null {
  if (calls.some((call) => call.state === 'running' && !call.idempotent)) {
    return {
      code: 'tool-outcome-unknown',
      message: 'The server stopped while a tool was running. It may or may not have taken effect: check before you continue.',
    }
  }
  const betweenSteps = calls.some((call) => call.endedAt === null) || !hasTextAfterLastCall(records)
  if (betweenSteps && generation.fence < maxClaims) return null
  return { code: 'interrupted', message: 'The server stopped in mid-answer. Everything up to here is saved.' }
}

/** Whether a reader may have seen text or a picture of the step that was running. If not, the step can run again unnoticed. */
function hasTextAfterLastCall(records: readonly EventRecord[]): boolean {
  const lastCall = records.findLastIndex(({ event }) => event.type === 'tool-call' || event.type === 'tool-result')
  return records
    .slice(lastCall + 1)
    .some(
      ({ event }) =>
        event.type === 'text-delta' ||
        event.type === 'reasoning-delta' ||
        (event.type === 'file-added' && isMessageFile(event.file)),
    )
}

function lastAttempt(records: readonly EventRecord[]): number {
  return records.reduce(
    (attempt, { event }) =>
      event.type === 'generation-started' || event.type === 'generation-retry' ? Math.max(attempt, event.attempt) : attempt,
    0,
  )
}
