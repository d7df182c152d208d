import { foldMessage, type ConversationEvent, type Id, type InputKind, type Message, type MessageError } from '@holdfast/shared'
import type { Audit } from '../audit/open-audit.ts'
import type { Database } from '../platform/database/database.ts'
import { transact, type UnitOfWorkDeps } from '../event-log/unit-of-work.ts'
import type { Logger } from '../platform/logger.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { Traces } from '../platform/traces.ts'
import { ModelError } from '../models/model-error.ts'
import type { ModelDirectory } from '../models/model-directory.ts'
import type { Models, ModelTool } from '../models/model.ts'
import { Refusal } from '../platform/refusal.ts'
import { buildModelMessages, isCutOff, readCutOffText, readHistory, type History } from './prompt/build-request.ts'
import { resolveFiles } from './prompt/resolve-files.ts'
import type { AnswerFiles } from '../files/answer-files.ts'
import type { FileStorage } from '../files/storage/file-storage.ts'
import { createCallerTools, readCallerRequest, type CallerRequest } from './store/caller-request.ts'
import type { CancelSignals } from './store/cancel-signals.ts'
import { claimGeneration, type Claim } from './queue/claim-generation.ts'
import { LeaseLostError } from './store/lease-lost-error.ts'
import type { Committer, Writer } from './writer/committer.ts'
import { concludeAnswer, type Outcome } from './ending/conclude-answer.ts'
import { endGeneration, type Ending } from './ending/end-generation.ts'
import { untilAnswered } from './ending/until-answered.ts'
import type { GenerationJobs } from './store/generation-jobs.ts'
import { readOnStep, runModelStep, type StepInput, type StepResult } from './steps/model-step.ts'
import { chooseParameters } from './steps/choose-parameters.ts'
import { createResolver, type ResolveFiles } from './steps/file-resolver.ts'
import { recover, type Course } from './steps/recover.ts'
import type { Prompts } from './prompt/fit-prompt.ts'
import { createOverlapRemover } from './prompt/remove-overlap.ts'
import { showPicture } from './steps/show-files.ts'
import { takeRemarks } from './steps/take-remarks.ts'
import { recordToolCalls, runOpenToolCalls, waitForApproval, type ToolRun } from './steps/run-tools.ts'
import { toMaxSteps } from './steps/max-steps.ts'
import type { NearLimits } from '../limits/near-limits.ts'
import type { Settings } from '../settings/open-settings.ts'
import type { ToolRunner } from '../tools/tool-runner.ts'
import { readStepRecord } from './store/step-record.ts'
import { readToolCalls } from './store/tool-ledger.ts'

interface RunConfig {
  /** Whether an answer that breaks off goes on by itself. */
  readonly autoContinue: boolean
  readonly stepsPerAnswer: number
  readonly approvalExpiresMs: number
}

export interface RunDeps extends UnitOfWorkDeps {
  readonly database: Database
  readonly jobs: GenerationJobs
  readonly committer: Committer
  readonly cancels: CancelSignals
  readonly models: Models
  readonly settings: Pick<Settings, 'current'>
  readonly config: RunConfig
  readonly nearLimits: NearLimits
  readonly prompts: Prompts
  readonly tools: ToolRunner
  /** The program that asked, and its tools in place of ours; null where a person asked. */
  readonly caller: CallerRequest | null
  /** The files of questions. */
  readonly storage: FileStorage
  readonly answerFiles: AnswerFiles
  readonly logger: Logger
  readonly metrics: Metrics
  readonly traces: Traces
  readonly audit: Pick<Audit, 'record'>
  readonly nodeId: string
  readonly random: () => number
}

/** Why a generation stops before the model has ended: a cancel, another owner, or the shutdown of this node. */
type StopReason = 'cancel' | 'fenced' | 'shutdown'

/**
 * Runs one generation to its end, or as far as this node may. Resolves whatever becomes of the answer: failures are written to the
 * message. On `shutdown` it writes what it has and stops; another node continues. `readyAt`: since when the answer could begin.
 */
export async function runGeneration(
  given: Omit<RunDeps, 'models' | 'caller'> & { readonly models: ModelDirectory },
  generationId: Id,
  shutdown: AbortSignal,
  readyAt: Date,
): Promise<void> {
  const claim = await claimGeneration(given, { generationId, owner: given.nodeId })
  if (!claim) return
  const { userId, model } = claim.generation
  // The providers of its user, which the answer keeps to its end whatever is changed meanwhile.
  const caller = readCallerRequest(claim.generation)
  const tools = caller === null ? given.tools : createCallerTools(caller)
  const deps: RunDeps = { ...given, models: await given.models.forAnswer(userId, model), tools, caller }
  deps.traces.record(generationId, {
    name: 'queue',
    startedAt: readyAt,
    endedAt: deps.clock.now(),
    attributes: { 'holdfast.message_id': claim.generation.messageId, 'holdfast.claim': claim.generation.fence },
  })
  const run = startRun(deps, claim, { shutdown, readyAt })
  using _ = run
  try {
    let outcome = await answer(deps, claim, run)
    // [R18] A remark that came in during the last step makes a further one.
    while (outcome !== 'waiting' && (await finish(deps, claim, run, outcome)) === 'remarked') {
      outcome = await answer(deps, claim, run, outcome.steps)
    }
    if (outcome === 'waiting') await waitForApproval(deps, run)
  } catch (error) {
    if (run.stopped() === 'shutdown') await keepWhatWasWritten(run.writer)
    if (run.stopped() === 'shutdown' || error instanceof LeaseLostError) {
      deps.logger.info({ event: 'generation-left', ...ids(claim), reason: run.stopped() ?? 'fenced' }, 'left a generation')
      return
    }
    throw error
  }
}

interface Run extends Disposable, ToolRun {
  readonly course: Course
  readonly writer: Writer
  readonly emit: (event: ConversationEvent) => Promise<void>
}

function startRun(deps: RunDeps, claim: Claim, { shutdown, readyAt }: { shutdown: AbortSignal; readyAt: Date }): Run {
  const { generation } = claim
  // What was written before this claim has had its first token.
  let isFirst = generation.written === 0
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
    ...(deps.traces.isOn ? { onFlush: recordFlushes(deps, generation) } : {}),
  })
  const cancel = deps.cancels.listen(generation.id, () => stop('cancel'))
  const onShutdown = () => stop('shutdown')
  shutdown.addEventListener('abort', onShutdown, { once: true })
  if (shutdown.aborted) onShutdown()
  const { model, continuations } = generation
  return {
    generation,
    course: { model, attempt: claim.attempt, continuations, failed: new Set() },
    writer,
    absorb,
    signal: abort.signal,
    stopped: () => reason,
    message: () => message,
    emit: async (event) => {
      // Text that arrives after a stop is dropped: the answer keeps the text that it had when the user clicked.
      if (abort.signal.aborted) return
      absorb([event])
      writer.append(event)
      if (isFirst && (event.type === 'text-delta' || event.type === 'reasoning-delta')) {
        isFirst = false
        deps.metrics.firstToken.observe(Math.max(0, deps.clock.now().getTime() - readyAt.getTime()) / 1_000)
      }
      await writer.room()
    },
    [Symbol.dispose]: () => {
      shutdown.removeEventListener('abort', onShutdown)
      cancel[Symbol.dispose]()
      writer[Symbol.dispose]()
    },
  }
}

/** An answer has hundreds of flushes: the first few show what they cost. */
const tracedFlushes = 20

function recordFlushes({ traces, clock }: RunDeps, { id, messageId }: Claim['generation']) {
  let count = 0
  return ({ durationMs, events }: { durationMs: number; events: number }) => {
    count += 1
    if (count > tracedFlushes) return
    const endedAt = clock.now()
    traces.record(id, {
      name: 'flush',
      startedAt: new Date(endedAt.getTime() - durationMs),
      endedAt,
      attributes: { 'holdfast.message_id': messageId, 'holdfast.events': events, 'holdfast.flush': count },
    })
  }
}

/** A model of which nothing is known. */
const textOnly: readonly InputKind[] = ['text']

/** The agent loop: a model call, its tool calls, their results, the next model call. Every step is durable before the next begins. */
async function answer(deps: RunDeps, claim: Claim, run: Run, steps?: number): Promise<Outcome | 'waiting'> {
  const { generation } = claim
  try {
    const { conversationId } = generation
    const maxLength = await deps.prompts.readableLength(generation.model)
    const history = await readHistory(deps, { conversationId, parentId: claim.message.parentId, maxLength })
    const resolve = createResolver(run.course, async (messages, model) => {
      const { input = textOnly } = await deps.models.describe(model)
      return await resolveFiles(deps, messages, { input, maxLength })
    })
    // The ledger is empty at the first claim.
    const recorded = generation.fence === 1 ? [] : await readToolCalls(deps.database.queries, generation.id)
    // A program that runs its tools itself decides when to stop.
    let lastStep = deps.caller === null ? toMaxSteps(deps, claim.person) - 1 : Number.POSITIVE_INFINITY
    for (let step = steps ?? Math.max((recorded.at(-1)?.step ?? -1) + 1, generation.step); ; step += 1) {
      if (step > 0 && (await runOpenToolCalls(deps, run)) === 'waiting') return 'waiting'
      throwIfStopped(run)
      // A remark has its step, also after the last one.
      if (await takeRemarks(deps, run, step)) lastStep = Math.max(lastStep, step)
      const result = toWhole(claim, step) ?? (await askUntilAnswered(deps, claim, run, { history, resolve, step, lastStep }))
      throwIfStopped(run)
      if (result.toolCalls.length === 0 || step >= lastStep) return await concludeAnswer(run, result, { step, lastStep })
      await run.writer.flush()
      await recordToolCalls(deps, run, step, result.toolCalls)
    }
  } catch (error) {
    if (run.stopped() === 'cancel') return { status: 'cancelled' }
    // Between two steps: all that was written is kept, and Continue works once the budget allows it.
    if (run.stopped() === null && error instanceof Refusal && error.reason === 'budget-exceeded') {
      return { status: 'error', error: { code: error.reason, message: error.message } }
    }
    if (run.stopped() !== null || !(error instanceof ModelError)) throw error
    return { status: 'error', error: toMessageError(deps, run.course.model, error) }
  }
}

/** An earlier owner has asked the model for this step, and only the end of the answer is missing. */
function toWhole({ whole }: Claim, step: number): StepResult | null {
  if (whole?.step !== step || whole.finishReason === null) return null
  return { finishReason: whole.finishReason, toolCalls: [], outputTokens: whole.outputTokens }
}

interface StepToAsk {
  readonly history: History
  readonly resolve: ResolveFiles
  readonly step: number
  readonly lastStep: number
}

/** One step, whatever it takes: a call that fails is followed by another one as long as {@link recover} finds one. */
async function askUntilAnswered(deps: RunDeps, claim: Claim, run: Run, asked: StepToAsk): Promise<StepResult> {
  let { readOn } = claim
  while (true) {
    const { parts } = run.message()
    const call = readOn?.step === asked.step ? readOn : null
    readOn = null
    try {
      return await askModel(deps, claim, run, asked, call)
    } catch (error) {
      if (!(error instanceof ModelError)) throw error
      // What an earlier owner has shown of a call that cannot be read on is to be continued, too.
      const isShown = run.message().parts !== parts || (call !== null && isStepShown(run.message()))
      if (call && !isShown && !run.signal.aborted) continue
      if (!(await recover(deps, run, { error, isShown, isRunLost: call !== null }))) throw error
    }
  }
}

/** Whether a reader has seen anything of the step that is next. */
function isStepShown({ parts }: Message): boolean {
  const last = parts.at(-1)?.type
  return last !== undefined && last !== 'tool-call' && last !== 'remark'
}

async function askModel(
  deps: RunDeps,
  claim: Claim,
  run: Run,
  { history, resolve, step, lastStep }: StepToAsk,
  readOn: Claim['readOn'],
): Promise<StepResult> {
  const { generation, conversation } = claim
  const { models, logger, caller } = deps
  const { model } = run.course
  const { defaults } = deps.settings.current()
  const mayOffer = ({ name }: ModelTool) => caller !== null || (defaults.tools?.includes(name) ?? true)
  const offered = (await deps.tools.offer(generation.userId)).filter(mayOffer)
  const tools = offered.map(({ name, description, parameters }) => ({ name, description, parameters }))
  logger.info(
    {
      event: 'routing',
      ...ids(claim),
      step,
      provider: models.providerOf(model)?.name ?? models.name,
      model,
      isReadOn: readOn !== null,
      tools: tools.map((tool) => tool.name),
    },
    'asking the model',
  )
  const answerSoFar = run.message()
  const files = await resolve([...history.messages, answerSoFar])
  const record = await readStepRecord(deps.database.queries, [...history.messages, answerSoFar], model)
  const cutOffText = readCutOffText(answerSoFar)
  const continues = isCutOff(answerSoFar)
  const started = performance.now()
  const input: StepInput = {
    model,
    messages: buildModelMessages({
      conversation: caller === null ? conversation : { instructions: caller.instructions },
      serverInstructions: defaults.instructions,
      history: history.messages,
      files,
      answer: answerSoFar,
      record,
      now: deps.clock.now(),
      utcOffsetMinutes: generation.utcOffsetMinutes,
    }),
    tools,
    ...(caller?.toolChoice === undefined ? {} : { toolChoice: caller.toolChoice }),
    ...chooseParameters({ caller, conversation, defaults }),
    isLast: step >= lastStep,
    mayBeEmpty: continues,
    signal: run.signal,
    message: run.message,
    emit: run.emit,
    flush: () => run.writer.flush(),
    isCancelled: () => run.stopped() === 'cancel',
    showPicture: (base64) => showPicture(deps, run, base64),
    attempt: () => run.course.attempt,
    // To a model a remark begins a turn; the question above it stays.
    keptTurns: (continues ? 2 : 1) + answerSoFar.parts.filter(({ type }) => type === 'remark').length,
    history,
    call: {
      userId: generation.userId,
      conversationId: generation.conversationId,
      messageId: generation.messageId,
      generationId: generation.id,
      purpose: 'answer',
      step,
    },
  }
  const asked = cutOffText === null ? input : { ...input, createFilter: () => createOverlapRemover(cutOffText) }
  const result = readOn ? await readOnStep(deps, asked, readOn) : await runModelStep(deps, asked)
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

/** The page shows its own sentence for the code; provider and tries go into it. */
function toMessageError({ models }: RunDeps, model: string, { code, message, tries }: ModelError): MessageError {
  const provider = models.providerOf(model)
  return { code, message, ...(provider ? { provider: provider.name } : {}), ...(tries === null ? {} : { tries }) }
}

/** The text so far has been paid for: it is written before the generation is handed over. */
async function keepWhatWasWritten(writer: Writer): Promise<void> {
  try {
    await writer.flush()
  } catch (error) {
    if (!(error instanceof LeaseLostError)) throw error
  }
}

async function finish(deps: RunDeps, claim: Claim, run: Run, outcome: Outcome): Promise<'ended' | 'remarked'> {
  if (run.stopped() !== null && run.stopped() !== 'cancel') throw new LeaseLostError('stopped before the end')
  // The last text is written with the group commit and does not wait for the transaction that ends the answer. An answer that would be
  // complete keeps its writer until it is: a remark makes it go on.
  await (outcome.status === 'completed' ? run.writer.flush() : run.writer.finish())
  const { status, error } = outcome
  const ending: Ending = { status, ...(error ? { error } : {}), message: run.message() }
  const end = await untilAnswered(deps.logger, run, () =>
    transact(deps, (unit) => endGeneration(deps, unit, claim.generation, ending)),
  )
  if (end === 'remarked') return end
  deps.logger.info(
    { event: 'generation-ended', ...ids(claim), status: outcome.status, code: outcome.error?.code },
    'an answer has ended',
  )
  return end
}

function ids(claim: Claim) {
  const { generation } = claim
  return { generationId: generation.id, conversationId: generation.conversationId, messageId: generation.messageId }
}
