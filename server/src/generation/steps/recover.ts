import { schema } from '@holdfast/drizzle'
import type { ConversationEvent, Message } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { setTimeout as sleep } from 'node:timers/promises'
import type { UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import type { ModelError, ModelErrorCode } from '../../models/model-error.ts'
import type { Models } from '../../models/model.ts'
import type { Logger } from '../../platform/logger.ts'
import { toResumedNote, toWritersNote } from '../ending/answer-notes.ts'
import type { GenerationRow } from '../store/generation-row.ts'
import { maxContinuations } from '../store/max-continuations.ts'
import type { Writer } from '../writer/committer.ts'
import { transactFenced } from '../writer/transact-fenced.ts'
import { backoffMs, longestDelayMs, maxTries } from './model-step.ts'

const { generations } = schema

export interface RecoverDeps extends UnitOfWorkDeps {
  readonly config: { readonly autoContinue: boolean }
  readonly models: Pick<Models, 'fallbacksOf' | 'providerOf' | 'nameOf'>
  readonly random: () => number
  readonly logger: Logger
}

/** Who writes an answer, and how often it has broken off. It changes while the answer is written. */
export interface Course {
  model: string
  /** Upstream tries so far. */
  attempt: number
  continuations: number
  /** Models that have failed in this run. */
  readonly failed: Set<string>
}

export interface RecoveringRun {
  readonly generation: GenerationRow
  readonly course: Course
  readonly signal: AbortSignal
  readonly writer: Pick<Writer, 'flush'>
  readonly message: () => Message
  readonly emit: (event: ConversationEvent) => Promise<void>
  readonly absorb: (events: readonly ConversationEvent[]) => void
}

export interface Failure {
  readonly error: ModelError
  /** Readers have seen something of what broke off. */
  readonly isShown: boolean
  /** The model is not at fault: a call of an earlier owner could not be read on. */
  readonly isRunLost?: boolean
}

/** Refusals of what was asked, and what no other model mends. */
const finalCodes: ReadonlySet<ModelErrorCode> = new Set(['aborted', 'content-filter', 'internal-error'])

/**
 * After a model call that failed for good: decides who goes on. Before anything of it was shown, the next model of the list; after that
 * the next model, or the same one where its failure may pass, continues the answer, at most twice. False: nobody does.
 * @throws LeaseLostError
 */
export async function recover(
  deps: RecoverDeps,
  run: RecoveringRun,
  { error, isShown, isRunLost = false }: Failure,
): Promise<boolean> {
  const { course, generation, signal } = run
  if (signal.aborted || finalCodes.has(error.code)) return false
  if (!isRunLost) course.failed.add(course.model)
  const next = isRunLost ? null : (deps.models.fallbacksOf(course.model).find((model) => !course.failed.has(model)) ?? null)
  if (next === null && !isRunLost && !(isShown && error.retryable)) return false
  if (isShown && (!deps.config.autoContinue || course.continuations >= maxContinuations)) return false
  const { messageId, conversationId } = generation
  course.attempt += error.tries ?? 1
  if (isShown) course.continuations += 1
  deps.logger.warn(
    { event: 'answer-goes-on', messageId, code: error.code, isShown, from: course.model, to: next ?? course.model },
    'a model call failed, and the answer goes on',
  )
  if (next === null && !isRunLost) await waitVisibly(deps, run, error)
  if (signal.aborted) return false
  await run.writer.flush()
  const events: ConversationEvent[] =
    next === null
      ? [toResumedNote(messageId, course.continuations, isRunLost ? 'server' : 'provider')]
      : [
          { type: 'generation-started', messageId, attempt: course.attempt, model: next },
          toWritersNote(deps.models, run.message(), { before: course.model, model: next }),
        ]
  if (next !== null) course.model = next
  const { model, attempt, continuations } = course
  await transactFenced(deps, generation, async (unit) => {
    await unit.tx.update(generations).set({ model, attempt, continuations }).where(eq(generations.id, generation.id))
    await unit.append(conversationId, events, generation.id)
  })
  run.absorb(events)
  return true
}

/** Readers see why the text has stopped. */
async function waitVisibly(
  { random }: Pick<RecoverDeps, 'random'>,
  { course, emit, signal, generation: { messageId } }: RecoveringRun,
  { code, retryAfterMs }: ModelError,
): Promise<void> {
  const delayMs = Math.min(retryAfterMs ?? backoffMs(1, random), longestDelayMs)
  const { attempt } = course
  const maxAttempts = Math.max(maxTries, attempt)
  await emit({ type: 'generation-retry', messageId, attempt, maxAttempts, delayMs, reason: code })
  await sleep(delayMs, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}
