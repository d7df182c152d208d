import { schema } from '@holdfast/drizzle'
import { foldMessage, type ConversationEvent, type EventRecord, type Id, type Message, type MessageError } from '@holdfast/shared'
import { eq, sql } from 'drizzle-orm'
import { refreshActivity, type ConversationRow } from '../../conversation-store/conversation-row.ts'
import { rowToSettledMessage } from '../../conversation-store/message-row.ts'
import { readGenerationEvents } from '../../event-log/read-log.ts'
import { transact, type UnitOfWork, type UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { leaseSeconds } from '../writer/append-batches.ts'
import { endGeneration, readGenerationMessage, type EndDeps } from '../ending/end-generation.ts'
import { isMessageFile } from '../store/is-message-file.ts'
import type { GenerationRow } from '../store/generation-row.ts'
import { maxContinuations } from '../store/max-continuations.ts'
import { personColumns, type Person } from '../../limits/effective-limits.ts'
import { closeAbandonedCalls, readLastCall, type LastCall, type OpenRun } from '../../usage/model-call-ledger.ts'
import { toResumedNote } from '../ending/answer-notes.ts'
import { cancelRun, type CancelRunDeps } from '../ending/cancel-run.ts'
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
  /** The model call of an earlier owner that its provider goes on with. */
  readonly readOn: OpenRun | null
  /** The model call that has ended the answer: only its end was not written. */
  readonly whole: LastCall | null
}

export interface ClaimDeps extends UnitOfWorkDeps, Omit<EndDeps, 'models'>, Omit<CancelRunDeps, 'models'> {
  readonly models: EndDeps['models'] & CancelRunDeps['models']
  /** Whether an answer that stopped half-way goes on by itself. */
  readonly config: { readonly autoContinue: boolean }
}

/**
 * Takes a generation for this worker: a higher fence, a lease, `generation-started`. Null when there is nothing to run: it has ended,
 * waits for a person, was cancelled meanwhile, or stopped half-way and can only be continued by a person.
 */
export function claimGeneration(deps: ClaimDeps, input: { generationId: Id; owner: string }): Promise<Claim | null> {
  return transact(deps, async (unit) => {
    const { tx } = unit
    const [found] = await tx.select().from(generations).where(eq(generations.id, input.generationId)).for('update')
    if (!found || (found.status !== 'queued' && found.status !== 'generating')) return null
    const [place] = await tx
      .select({ conversation: conversations, person: personColumns, row: messages })
      .from(conversations)
      .innerJoin(users, eq(users.id, conversations.userId))
      .innerJoin(messages, eq(messages.id, found.messageId))
      .where(eq(conversations.id, found.conversationId))
    if (!place) return null
    const { conversation, person, row } = place
    // Before its first claim it has written nothing, unless it continues another: its message is what its row says.
    const message =
      found.fence === 0 && !found.continues && !found.hasRemarks
        ? rowToSettledMessage(row, [])
        : await readGenerationMessage(tx, found)
    if (!message) return null
    const records = found.fence === 0 ? [] : await readGenerationEvents(tx, [found.id])
    const lastCall = found.fence === 0 ? null : await readLastCall(tx, found.id, found.messageId)
    const state = await lookAt(deps, unit, { generation: found, conversation, message, records, lastCall })
    if (state === 'ended') return null
    // A call that its provider goes on with stays open, to be read on. Others of an earlier owner will not end.
    const readOn = state === 'fresh' || state === 'cut' ? toOpenRun(lastCall) : null
    if (found.fence > 0) await closeAbandonedCalls(deps, tx, found.id, { said: toStepText(records), keep: readOn?.id ?? null })
    const isAskedAgain = state === 'cut' && readOn === null
    const continuations = found.continuations + (isAskedAgain ? 1 : 0)
    const attempt = lastAttempt(records) + 1
    const { messageId, model, conversationId } = found
    const events: ConversationEvent[] = [
      { type: 'generation-started', messageId, attempt, model },
      ...(isAskedAgain ? [toResumedNote(messageId, continuations, 'server')] : []),
    ]
    const started = await unit.append(conversationId, events, found.id)
    const updated = tx.$with('message').as(
      tx
        .update(messages)
        .set({ status: 'generating', model, error: null, updatedAt: new Date(started.at(-1)?.at ?? message.updatedAt) })
        .where(eq(messages.id, messageId))
        .returning({ id: messages.id }),
    )
    const [generation] = await tx
      .with(updated)
      .update(generations)
      .set({
        status: 'generating',
        fence: found.fence + 1,
        owner: input.owner,
        attempt,
        continuations,
        leaseUntil: sql`now() + make_interval(secs => ${leaseSeconds})`,
        stalledLease: null,
      })
      .where(eq(generations.id, found.id))
      .returning()
    if (!generation) return null
    // From queued to generating the conversation stays `thinking`: the user's lists need no notice.
    const isThinking = found.status === 'queued' && conversation.state === 'thinking' && conversation.hasActiveGeneration
    const saved = isThinking ? conversation : await refreshActivity(unit, conversationId)
    return {
      generation,
      conversation: saved,
      message: foldMessage(message, started),
      attempt,
      person,
      readOn,
      whole: state === 'whole' ? lastCall : null,
    }
  })
}

/**
 * How an earlier owner has left a generation. `fresh`: nothing of the step that is next was shown. `cut`: some of it was. `whole`: all of
 * it was, and only the end is missing. `ended`: it was cancelled or cannot be resumed, and has been ended here.
 */
type FoundState = 'fresh' | 'cut' | 'whole' | 'ended'

async function lookAt(
  deps: ClaimDeps,
  unit: UnitOfWork,
  found: {
    readonly generation: GenerationRow
    readonly conversation: ConversationRow
    readonly message: Message
    readonly records: readonly EventRecord[]
    readonly lastCall: LastCall | null
  },
): Promise<FoundState> {
  const { generation, message, records, lastCall } = found
  if (generation.cancelRequestedAt !== null || found.conversation.deletedAt !== null) {
    await endGeneration(deps, unit, generation, { status: 'cancelled', message })
    const open = toOpenRun(lastCall)
    if (open) unit.afterCommit(() => cancelRun(deps, open))
    return 'ended'
  }
  if (generation.status !== 'generating') return 'fresh'
  const calls = await readToolCalls(unit.tx, generation.id)
  const outcome = judge(deps, { generation, calls, records, lastCall })
  if (typeof outcome === 'string') return outcome
  await endGeneration(deps, unit, generation, { status: 'interrupted', message, error: outcome })
  return 'ended'
}

/**
 * Whether and how an abandoned generation can go on; an error where a person has to decide. Between steps it can: the calls that the
 * model asked for are in the ledger, and those that have ended are not run again.
 */
function judge(
  { config }: Pick<ClaimDeps, 'config'>,
  { generation, calls, records, lastCall }: JudgedGeneration,
): 'fresh' | 'cut' | 'whole' | MessageError {
  if (isWhole(lastCall, calls)) return 'whole'
  const betweenSteps = calls.some((call) => call.endedAt === null) || !hasTextAfterLastCall(records)
  const mayRunAgain = generation.fence < maxClaims
  if (betweenSteps && mayRunAgain) return 'fresh'
  if (mayRunAgain && config.autoContinue && (toOpenRun(lastCall) || generation.continuations < maxContinuations)) return 'cut'
  return { code: 'interrupted', message: 'The server stopped in mid-answer. Everything up to here is saved.' }
}

interface JudgedGeneration {
  readonly generation: GenerationRow
  readonly calls: readonly ToolCallRow[]
  readonly records: readonly EventRecord[]
  readonly lastCall: LastCall | null
}

function toOpenRun(call: LastCall | null): OpenRun | null {
  return call?.isOpen && call.run ? { ...call, run: call.run } : null
}

/** The model had ended, and all that it said is in the log: there is nothing to ask it for. */
function isWhole(lastCall: LastCall | null, calls: readonly ToolCallRow[]): boolean {
  if (lastCall === null || lastCall.finishReason === null || lastCall.finishReason === 'tool-calls') return false
  return calls.every(({ step }) => step < lastCall.step)
}

/** Whether a reader may have seen text or a picture of the step that was running. If not, the step can run again unnoticed. */
function hasTextAfterLastCall(records: readonly EventRecord[]): boolean {
  const lastCall = records.findLastIndex(
    ({ event }) => event.type === 'tool-call' || event.type === 'tool-result' || event.type === 'remark-taken',
  )
  return records
    .slice(lastCall + 1)
    .some(
      ({ event }) =>
        event.type === 'text-delta' ||
        event.type === 'reasoning-delta' ||
        (event.type === 'file-added' && isMessageFile(event.file)),
    )
}

/** What was shown of the step that was running. */
function toStepText(records: readonly EventRecord[]): string {
  const lastCall = records.findLastIndex(({ event }) => event.type === 'tool-call' || event.type === 'tool-result')
  return records
    .slice(lastCall + 1)
    .flatMap(({ event }) => (event.type === 'text-delta' || event.type === 'reasoning-delta' ? event.text : []))
    .join('')
}

function lastAttempt(records: readonly EventRecord[]): number {
  return records.reduce(
    (attempt, { event }) =>
      event.type === 'generation-started' || event.type === 'generation-retry' ? Math.max(attempt, event.attempt) : attempt,
    0,
  )
}
