import type { ConversationEvent, Id, Message } from '@holdfast/shared'
import type { Logger } from '../../platform/logger.ts'
import type { Metrics } from '../../platform/metrics.ts'
import type { Traces } from '../../platform/traces.ts'
import { ModelError } from '../../models/model-error.ts'
import { countTokens } from '../../models/count-tokens.ts'
import type {
  FinishReason,
  ModelEnd,
  ModelMessage,
  ModelParameters,
  ModelRequest,
  Models,
  ModelTool,
  ProviderRun,
  ToolCallExtra,
  ToolChoice,
} from '../../models/model.ts'
import { cancelRun } from '../ending/cancel-run.ts'
import { placeOfNext } from '../ending/answer-notes.ts'
import type { History } from '../prompt/build-request.ts'
import type { FittedPrompt, Prompts } from '../prompt/fit-prompt.ts'
import type { TextFilter } from '../prompt/remove-overlap.ts'
import { emitNewNote, emitNote, noteLeftOut } from './emit-notes.ts'
import { loadMedia } from './load-media.ts'
import { pause } from './pause.ts'
import { createThinkingTimer, type ThinkingTimer } from './thinking-timer.ts'
import { readStream, shownFrom } from './read-stream.ts'
import {
  closeModelCall,
  keepProviderRun,
  openModelCall,
  refusalToUsage,
  type KeptRun,
  type LedgerDeps,
  type OpenDeps,
  type OpenRun,
  type ModelCallEnd,
  type ModelCallStart,
} from '../../usage/model-call-ledger.ts'
import { startKeepingRequest, type KeptRequest } from '../../usage/requests/keep-request.ts'

export const maxTries = 3
const firstDelayMs = 500
export const longestDelayMs = 60_000
/** Characters of text and reasoning in one message. Every reader gets all of it, and a model may write without end. */
export const maxMessageLength = 1_000_000
const thoughtBreak = '\n\n'

export interface ModelToolRequest {
  readonly name: string
  readonly args: string
  readonly extra?: ToolCallExtra
}

export interface StepResult {
  readonly finishReason: FinishReason
  readonly toolCalls: readonly ModelToolRequest[]
  /** As the provider reports; null when it does not. */
  readonly outputTokens: number | null
}

interface StepDeps extends OpenDeps {
  readonly models: Models
  readonly prompts: Prompts
  readonly logger: Logger
  readonly metrics: Pick<Metrics, 'modelCalls'>
  readonly traces: Traces
}

export interface StepInput {
  readonly model: string
  readonly messages: readonly ModelMessage[]
  readonly tools: readonly ModelTool[]
  readonly toolChoice?: ToolChoice
  readonly parameters: ModelParameters
  readonly insistsOn: NonNullable<ModelRequest['insistsOn']>
  /** The model may call no tools any more. Calls that it makes all the same are not sent back to it. */
  readonly isLast: boolean
  /** The answer so far may be whole: a model that has nothing to add to it does not fail. */
  readonly mayBeEmpty: boolean
  readonly signal: AbortSignal
  /** The message as it is now; grows with what `emit` is given. */
  readonly message: () => Message
  readonly emit: (event: ConversationEvent) => Promise<void>
  /** Resolves when all that was emitted is in the log. @throws LeaseLostError */
  readonly flush: () => Promise<void>
  /** Whether `signal` was aborted because nobody wants the answer any more. */
  readonly isCancelled: () => boolean
  /** Keeps a picture and shows it at the end of the message, or notes why not. Null: it cannot be read. */
  readonly showPicture: (base64: string | null) => Promise<void>
  /** Turns at the end that are never left out: two where the last one only asks to continue. */
  readonly keptTurns: number
  /** Where `messages` come from. */
  readonly history: History
  /** The row of the ledger that the call is attributed to. */
  readonly call: Omit<ModelCallStart, 'model' | 'inputTokens'>
  /** Upstream tries of this generation so far. */
  readonly attempt: () => number
  /** Makes what changes new text before it is emitted, for one text: each try gets its own. */
  readonly createFilter?: () => TextFilter
}

/**
 * One model call, tried up to three times, but only while nothing of it was shown: a reader never sees the text of two tries behind
 * each other. A prompt that the provider finds too long is shortened once.
 * @throws ModelError when it failed for good, Refusal budget-exceeded before a call that the user's budget does not allow
 */
export async function runModelStep(deps: StepDeps & { random: () => number }, input: StepInput): Promise<StepResult> {
  let prompt = await deps.prompts.fit(input)
  let mayShorten = true
  for (let tries = 1; ; tries += 1) {
    await noteLeftOut(input, prompt)
    const called = await callModel(deps, input, prompt)
    if ('result' in called) return called.result
    const { error, isShown } = called
    if (!(error instanceof ModelError) || error.code === 'aborted') throw error
    if (error.code === 'context-overflow' && mayShorten && !isShown) {
      mayShorten = false
      const shorter = await deps.prompts.refit(input, prompt)
      if (shorter.messageTokens < prompt.messageTokens) {
        prompt = shorter
        // A prompt that was refused for its length does not count as a try.
        tries -= 1
        continue
      }
    }
    deps.logger.warn(
      { event: 'model-call-failed', messageId: input.message().id, tries, code: error.code, err: error.cause },
      'a model call failed',
    )
    if (!error.retryable || isShown || tries >= maxTries) throw error.afterTries(tries)
    const delayMs = Math.min(error.retryAfterMs ?? backoffMs(tries, deps.random), longestDelayMs)
    await input.emit({
      type: 'generation-retry',
      messageId: input.message().id,
      attempt: input.attempt() + tries,
      maxAttempts: maxTries,
      delayMs,
      reason: error.code,
    })
    await pause(delayMs, input.signal)
  }
}

/** 2^n with jitter in its upper half, so that many conversations do not retry at the same moment. */
export function backoffMs(tries: number, random: () => number): number {
  const ceiling = firstDelayMs * 2 ** tries
  return Math.round(ceiling / 2 + (random() * ceiling) / 2)
}

/**
 * Reads on a call that an earlier owner has begun and that its provider goes on with.
 * @throws ModelError when the provider has it no more, or gives another answer than was shown
 */
export async function readOnStep(deps: StepDeps, input: StepInput, call: OpenRun): Promise<StepResult> {
  const { id, inputTokens } = call
  const start: ModelCallStart = { ...input.call, model: input.model, inputTokens }
  const called = await makeCall(deps, { ...input, messages: [] }, { id, start, begun: call.run })
  if ('result' in called) return called.result
  throw called.error
}

type CalledModel = { readonly result: StepResult } | { readonly error: unknown; readonly isShown: boolean }

/** Bookkeeping never ends an answer: a row that cannot be closed counts by our own estimate when the answer ends. */
async function closeCall(deps: LedgerDeps & { logger: Logger }, id: Id, start: ModelCallStart, end: ModelCallEnd): Promise<void> {
  try {
    await closeModelCall(deps, id, start, end)
  } catch (error) {
    deps.logger.error({ event: 'usage-not-kept', callId: id, err: error }, 'the usage of a model call could not be written down')
  }
}

/** One call: it is in the ledger before it is made, and closed there however it ends. */
async function callModel(deps: StepDeps, input: StepInput, prompt: FittedPrompt): Promise<CalledModel> {
  const { maxOutputTokens } = input.parameters
  const start: ModelCallStart = { ...input.call, model: input.model, inputTokens: prompt.estimatedTokens, maxOutputTokens }
  const id = await openModelCall(deps, start, input.signal)
  return await makeCall(deps, { ...input, messages: await loadMedia(prompt.messages) }, { id, start, prompt })
}

/** `begun`: the call is read on. `id`: its row of the ledger. */
async function makeCall(
  deps: StepDeps,
  input: StepInput,
  {
    id,
    start,
    prompt,
    begun,
  }: { readonly id: Id; readonly start: ModelCallStart; readonly prompt?: FittedPrompt; readonly begun?: KeptRun },
): Promise<CalledModel> {
  const { model } = input
  const trace = startCallSpan(deps, start)
  const endTimer = deps.metrics.modelCalls.startTimer()
  const { messages } = input
  const request = startKeepingRequest(deps, { modelCallId: id, conversationId: start.conversationId, messages })
  const read = await readAnswer(deps, input, { id, begun: begun ?? null, request })
  const { said, isShown, toolCalls, replay, run, outcome } = read
  await request.isKept()
  if ('error' in outcome) {
    const { error } = outcome
    const code = error instanceof ModelError ? error.code : 'internal'
    endTimer({ outcome: code })
    trace({ error: code })
    // The provider goes on with it, and so will the next owner of the generation.
    if (run && code === 'aborted' && !input.isCancelled()) return { error, isShown }
    if (run) cancelRun(deps, { model, run })
    await closeCall(deps, id, start, {
      state: code === 'aborted' ? 'cancelled' : 'failed',
      usage: said === '' ? refusalToUsage(code) : null,
      outputTokens: await countTokens(said),
      errorCode: code,
    })
    return { error, isShown }
  }
  endTimer({ outcome: 'completed' })
  trace({ usage: outcome.end.usage })
  const { finishReason, usage, costMicroUsd } = outcome.end
  const note = prompt ? deps.prompts.learn(model, prompt, usage) : null
  // The ledger says that the answer is whole: by then all of it has to be in the log.
  await input.flush()
  await closeCall(deps, id, start, {
    state: 'completed',
    usage,
    outputTokens: await countTokens(said),
    reportedMicroUsd: costMicroUsd,
    finishReason,
    // A replay has to contain the whole step.
    replay: input.isLast && toolCalls.length > 0 ? null : replay,
  })
  if (note) await emitNote(input, note)
  return { result: { finishReason, toolCalls, outputTokens: usage && !usage.estimated ? usage.outputTokens : null } }
}

function startCallSpan({ traces, clock, models }: StepDeps, { model, step, messageId, generationId }: ModelCallStart) {
  const startedAt = clock.now()
  return ({ error, usage }: { error?: string; usage?: ModelEnd['usage'] }) => {
    if (generationId === null) return
    const attributes = {
      'holdfast.message_id': messageId ?? undefined,
      'holdfast.step': step,
      'gen_ai.request.model': model,
      'gen_ai.provider.name': models.providerOf(model)?.name,
      'gen_ai.usage.input_tokens': usage?.inputTokens,
      'gen_ai.usage.output_tokens': usage?.outputTokens,
    }
    traces.record(generationId, { name: 'model call', startedAt, endedAt: clock.now(), attributes, error })
  }
}

/** The content read from a stream, also from one that broke off. */
interface ReadAnswer {
  /** All that the model wrote, arguments of tools included: what is counted where the provider reports no usage. */
  readonly said: string
  /** Whether a reader may have seen any of it. */
  readonly isShown: boolean
  readonly toolCalls: readonly ModelToolRequest[]
  /** JSON to keep with this step; null when the provider gave none. */
  readonly replay: string | null
  /** Where the call goes on whatever becomes of the connection. */
  readonly run: ProviderRun | null
  readonly outcome: { readonly end: ModelEnd } | { readonly error: unknown }
}

/** Emits a stream's text as it comes. Never rejects: an error is the outcome. */
async function readAnswer(
  deps: Pick<StepDeps, 'models' | 'database'>,
  input: StepInput,
  call: { readonly id: Id; readonly begun: KeptRun | null; readonly request: KeptRequest },
): Promise<ReadAnswer> {
  const { model, messages, tools, signal, isLast, mayBeEmpty } = input
  const place = call.begun ?? placeOfNext(input.message())
  const heard = call.begun ? shownFrom(input.message(), call.begun) : []
  const said: string[] = heard.flatMap((piece) => ('text' in piece ? piece.text : []))
  // A text that is shown in part is past what it may repeat.
  let filter = heard.some(({ type }) => type === 'text') ? undefined : input.createFilter?.()
  let run: ProviderRun | null = call.begun
  // Thoughts that broke off stay, and the model thinks again.
  let isThinkingAgain = call.begun === null && input.message().parts.at(-1)?.type === 'reasoning'
  const toolCalls: ModelToolRequest[] = []
  const measureThinking = createThinkingTimer()
  let replay: string | null = null
  let isShown = false
  /** Where the text of this call begins that nothing else has followed yet. */
  let begin: { part: number; offset: number } | null = null
  const show = async (text: string) => {
    if (text === '') return
    isShown = true
    begin ??= findPart(input, 'text')
    await emitText(input, text)
  }
  let length = lengthOf(input.message())
  const finish = (outcome: ReadAnswer['outcome']): ReadAnswer => ({
    said: said.join(''),
    isShown,
    toolCalls,
    replay,
    run,
    outcome,
  })
  try {
    const toolChoice = isLast ? 'none' : input.toolChoice
    const choice = { ...(toolChoice !== undefined && { toolChoice }), ...(mayBeEmpty && { mayBeEmpty }) }
    const { parameters, insistsOn } = input
    const onRun = async (given: ProviderRun) => {
      run = given
      await keepProviderRun(deps, call.id, { ...given, ...place })
    }
    const begun = call.begun ? { run: call.begun, heard } : null
    const request = { model, messages, tools, signal, onSend: call.request.onSend, parameters, insistsOn, ...choice }
    for await (const event of readStream(deps.models, request, { begun, onRun })) {
      // Nothing is shown before it is known what the model was asked. The provider's first piece takes longer than the database.
      if (said.length === 0) await call.request.isKept()
      if (event.type === 'text' || event.type === 'reasoning') length += event.text.length
      if (length > maxMessageLength) {
        await show(filter?.end() ?? '')
        toolCalls.length = 0
        return finish({ end: { type: 'end', finishReason: 'length', usage: null } })
      }
      switch (event.type) {
        case 'text': {
          isThinkingAgain = false
          said.push(event.text)
          await show(filter ? filter.push(event.text) : event.text)
          break
        }
        case 'reasoning':
          if (event.text === '') break
          said.push(event.text)
          isShown = true
          begin = null
          await emitReasoning(input, isThinkingAgain ? thoughtBreak + event.text : event.text, measureThinking)
          isThinkingAgain = false
          break
        case 'was-reasoning':
          await show(filter?.end() ?? '')
          if (begin) await emitWasReasoning(input, begin, measureThinking)
          begin = null
          // Those were thoughts: the text begins only now.
          filter = input.createFilter?.()
          break
        case 'picture':
          await show(filter?.end() ?? '')
          // Also when it cannot be kept: it is paid for, and the next try would bring it again.
          isShown = true
          begin = null
          await input.showPicture(event.base64)
          break
        case 'tool-call':
          said.push(event.name, event.args)
          toolCalls.push({ name: event.name, args: event.args, ...(event.extra ? { extra: event.extra } : {}) })
          break
        case 'note':
          if (event.note.kind === 'parameters-refused') await emitNewNote(input, event.note)
          else await emitNote(input, event.note)
          break
        case 'replay':
          replay = JSON.stringify(event.replay)
          break
        case 'end': {
          await show(filter?.end() ?? '')
          return finish({ end: event })
        }
        default:
          event satisfies never
      }
    }
    throw new ModelError('provider-truncated', 'The answer broke off.', { retryable: true })
  } catch (error) {
    return finish({ error })
  }
}

function lengthOf({ parts }: Message): number {
  return parts.reduce((sum, part) => sum + ('text' in part ? part.text.length : 0), 0)
}

/** Where the next text of this kind goes: into the last part if that is of its kind, else into a new one. */
function findPart(input: StepInput, type: 'text' | 'reasoning') {
  const { id: messageId, parts } = input.message()
  const last = parts.at(-1)
  if (last?.type !== type) return { messageId, part: parts.length, offset: 0, durationMs: 0 }
  const durationMs = (last.type === 'reasoning' && last.durationMs) || 0
  return { messageId, part: parts.length - 1, offset: last.text.length, durationMs }
}

async function emitText(input: StepInput, text: string): Promise<void> {
  const { messageId, part, offset } = findPart(input, 'text')
  await input.emit({ type: 'text-delta', messageId, part, offset, text })
}

async function emitReasoning(input: StepInput, text: string, measureThinking: ThinkingTimer): Promise<void> {
  const { messageId, part, offset, durationMs: before } = findPart(input, 'reasoning')
  const durationMs = measureThinking(part, before)
  await input.emit({ type: 'reasoning-delta', messageId, part, offset, text, durationMs })
}

async function emitWasReasoning(
  input: StepInput,
  { part, offset }: { part: number; offset: number },
  measureThinking: ThinkingTimer,
): Promise<void> {
  const { id: messageId } = input.message()
  const durationMs = measureThinking(offset === 0 ? part : part + 1, 0)
  await input.emit({ type: 'text-was-reasoning', messageId, part, offset, durationMs })
}
