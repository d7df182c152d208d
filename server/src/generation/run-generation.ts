import { foldMessage, type ConversationEvent, type Id, type MessageError } from '@holdfast/shared'
import type { Database } from '../database/database.ts'
import { transact, type UnitOfWorkDeps } from '../log/unit-of-work.ts'
import type { Logger } from '../logger.ts'
import { ModelError } from '../models/model-error.ts'
import type { Models } from '../models/model.ts'
import { Refusal } from '../refusal.ts'
import { buildModelMessages, readHistory, type History } from './build-request.ts'
import type { CancelSignals } from './cancel-signals.ts'
import { claimGeneration, type Claim } from './claim-generation.ts'
import { FencedError, type Committer, type Writer } from './committer.ts'
import { endGeneration, type Ending } from './end-generation.ts'
import type { GenerationJobs } from './jobs.ts'
import { runModelStep, type StepResult } from './model-step.ts'
import type { Prompts } from './fit-prompt.ts'
import { createOverlapRemover } from './remove-overlap.ts'
import { recordToolCalls, runOpenToolCalls, waitForApproval, type ToolRun } from './run-tools.ts'
import type { ToolBox } from './tool-box.ts'
import { readStepRecord } from './step-record.ts'
import { readToolCalls } from './tool-ledger.ts'

export interface RunDeps extends UnitOfWorkDeps {
  readonly database: Database
  readonly jobs: GenerationJobs
  readonly committer: Committer
  readonly cancels: CancelSignals
  readonly models: Models
  readonly prompts: Prompts
  readonly tools: ToolBox
  readonly logger: Logger
  readonly nodeId: string
  readonly random: () => number
}

/** Why a generation stops before the model has ended: a person's wish, another owner, or the end of this node. */
type StopReason = 'cancel' | 'fenced' | 'shutdown'

/**
 * Runs one generation to its end, or as far as this node may. Ends normally whatever becomes of the answer: failures are written to the
 * message. `shutdown` means: write down what there is and stop, somebody else goes on.
 */
export async function runGeneration(deps: RunDeps, generationId: Id, shutdown: AbortSignal): Promise<void> {
  const claim = await claimGeneration(deps, { generationId, owner: deps.nodeId })
  if (!claim) return
  const run = startRun(deps, claim, shutdown)
  using _ = run
  try {
    const outcome = await answer(deps, claim, run)
    if (outcome === 'waiting') await waitForApproval(deps, run)
    else await finish(deps, claim, run, outcome)
  } catch (error) {
    if (run.stopped() === 'shutdown') await keepWhatWasWritten(run.writer)
    if (run.stopped() === 'shutdown' || error instanceof FencedError) {
      deps.logger.info({ event: 'generation-left', ...ids(claim), reason: run.stopped() ?? 'fenced' }, 'left a generation')
      return
    }
    throw error
  }
}

interface Run extends Disposable, ToolRun {
  readonly writer: Writer
  readonly stopped: () => StopReason | null
  readonly emit: (event: ConversationEvent) => Promise<void>
}

function startRun(deps: RunDeps, claim: Claim, shutdown: AbortSignal): Run {
  const { generation } = claim
  const abort = new AbortController()
  let reason: StopReason | null = null
  let message = claim.message
  let events = 0
  const absorb = (news: readonly ConversationEvent[]) => {
    const at = message.updatedAt
    message = foldMessage(
      message,
      news.map((event) => ({ seq: (events += 1), at, event })),
    )
  }
  const stop = (why: StopReason) => {
    reason ??= why
    abort.abort()
  }
  const writer = deps.committer.open({
    generationId: generation.id,
    conversationId: generation.conversationId,
    fence: generation.fence,
    written: generation.written,
    onCancel: () => stop('cancel'),
    onFenced: () => stop('fenced'),
  })
  const cancel = deps.cancels.listen(generation.id, () => stop('cancel'))
  const onShutdown = () => stop('shutdown')
  shutdown.addEventListener('abort', onShutdown, { once: true })
  if (shutdown.aborted) onShutdown()
  return {
    generation,
    writer,
    absorb,
    signal: abort.signal,
    stopped: () => reason,
    message: () => message,
    emit: async (event) => {
      // What a stopped answer would still say is not said: the text at the click is the text that stays.
      if (abort.signal.aborted) return
      absorb([event])
      writer.append(event)
      await writer.room()
    },
    [Symbol.dispose]: () => {
      shutdown.removeEventListener('abort', onShutdown)
      cancel[Symbol.dispose]()
      writer[Symbol.dispose]()
    },
  }
}

type Outcome = Pick<Ending, 'status' | 'error'>

/** The agent loop: a model call, its tool calls, their results, the next model call. Every step is durable before the next begins. */
async function answer(deps: RunDeps, claim: Claim, run: Run): Promise<Outcome | 'waiting'> {
  const { generation } = claim
  try {
    const { conversationId } = generation
    const history = await readHistory(deps, { conversationId, parentId: claim.message.parentId })
    // Whoever comes first finds an empty ledger.
    const recorded = generation.fence === 1 ? [] : await readToolCalls(deps.database.queries, generation.id)
    for (let step = (recorded.at(-1)?.step ?? -1) + 1; ; step += 1) {
      if (step > 0 && (await runOpenToolCalls(deps, run)) === 'waiting') return 'waiting'
      throwIfStopped(run)
      const result = await askModel(deps, claim, run, { history, step })
      throwIfStopped(run)
      if (result.finishReason === 'content-filter') return { status: 'error', error: contentFiltered }
      if (result.toolCalls.length === 0) return { status: 'completed' }
      await run.writer.flush()
      await recordToolCalls(deps, run, step, result.toolCalls)
    }
  } catch (error) {
    if (run.stopped() === 'cancel') return { status: 'cancelled' }
    if (run.stopped() !== null || !(error instanceof ModelError)) throw error
    return { status: 'error', error: toMessageError(deps, generation.model, error) }
  }
}

/** After this many model calls the last one gets no tools: it has to say something. */
const maxSteps = 8

async function askModel(
  deps: RunDeps,
  claim: Claim,
  run: Run,
  { history, step }: { history: History; step: number },
): Promise<StepResult> {
  const { generation, conversation } = claim
  const { models, logger } = deps
  const offered = step < maxSteps - 1 ? await deps.tools.offer(generation.userId) : []
  const tools = offered.map(({ name, description, parameters }) => ({ name, description, parameters }))
  logger.info(
    {
      event: 'routing',
      ...ids(claim),
      step,
      provider: models.name,
      model: generation.model,
      tools: tools.map((tool) => tool.name),
    },
    'asking the model',
  )
  const answerSoFar = run.message()
  const record = await readStepRecord(deps.database.queries, [...history.messages, answerSoFar], generation.model)
  const lastPart = answerSoFar.parts.at(-1)
  const cutOffText = lastPart?.type === 'text' ? lastPart.text : null
  const started = performance.now()
  const result = await runModelStep(deps, {
    model: generation.model,
    messages: buildModelMessages({
      conversation,
      history: history.messages,
      answer: answerSoFar,
      record,
      isCutOff: cutOffText !== null,
      now: deps.clock.now(),
      utcOffsetMinutes: generation.utcOffsetMinutes,
    }),
    tools,
    signal: run.signal,
    message: run.message,
    emit: run.emit,
    attempt: () => claim.attempt,
    keptTurns: cutOffText === null ? 1 : 2,
    omittedTurns: history.omittedTurns,
    call: {
      userId: generation.userId,
      conversationId: generation.conversationId,
      messageId: generation.messageId,
      generationId: generation.id,
      purpose: 'answer',
      step,
    },
    ...(cutOffText === null ? {} : { filter: createOverlapRemover(cutOffText) }),
  })
  logger.info(
    {
      event: 'agent-response',
      ...ids(claim),
      step,
      finishReason: result.finishReason,
      toolCalls: result.toolCalls.map((call) => call.name),
      ms: Math.round(performance.now() - started),
    },
    'the model has answered',
  )
  return result
}

function throwIfStopped(run: Run): void {
  if (run.signal.aborted) throw new ModelError('aborted', 'Stopped.', { retryable: false })
}

/** Who failed, and how often: the page says it in its own words. */
function toMessageError({ models }: RunDeps, model: string, { code, message, tries }: ModelError): MessageError {
  const provider = models.providerOf(model)
  return { code, message, ...(provider ? { provider: provider.name } : {}), ...(tries === null ? {} : { tries }) }
}

const contentFiltered: MessageError = {
  code: 'content-filter',
  message: "The provider's content filter stopped this answer. Ask in other words.",
}

/** What the model said until now has been paid for: it goes to disk before the generation is handed over. */
async function keepWhatWasWritten(writer: Writer): Promise<void> {
  try {
    await writer.flush()
  } catch (error) {
    if (!(error instanceof FencedError)) throw error
  }
}

async function finish(deps: RunDeps, claim: Claim, run: Run, outcome: Outcome): Promise<void> {
  if (run.stopped() !== null && run.stopped() !== 'cancel') throw new FencedError('stopped before the end')
  // The last words go out with everybody's, and do not wait until this answer's turn to end has come.
  await run.writer.finish()
  const ending: Ending = { ...outcome, message: run.message() }
  await untilAnswered(deps.logger, () => transact(deps, (unit) => endGeneration(deps, unit, claim.generation, ending)))
  deps.logger.info(
    { event: 'generation-ended', ...ids(claim), status: outcome.status, code: outcome.error?.code },
    'an answer has ended',
  )
}

const endRetryDelaysMs = [50, 200, 500, 1_000, 2_000]

/**
 * The end of an answer survives a database that is away for a moment. A repeat after an unknown commit finds the generation ended and
 * is fenced: it was written.
 */
async function untilAnswered(logger: Logger, write: () => Promise<void>): Promise<void> {
  for (const delayMs of endRetryDelaysMs) {
    try {
      return await write()
    } catch (error) {
      if (error instanceof FencedError || error instanceof Refusal) throw error
      logger.warn({ event: 'end-failed', err: error }, 'writing the end of an answer failed, trying again')
      await new Promise((resolve) => {
        setTimeout(resolve, delayMs)
      })
    }
  }
  return write()
}

function ids(claim: Claim) {
  const { generation } = claim
  return { generationId: generation.id, conversationId: generation.conversationId, messageId: generation.messageId }
}
