import type { ConversationEvent, GenerationNote, Message } from '@holdfast/shared'
import type { Logger } from '../logger.ts'
import { ModelError } from '../models/model-error.ts'
import { countTokens } from '../models/count-tokens.ts'
import type { FinishReason, ModelMessage, Models, ModelTool, ToolCallExtra } from '../models/model.ts'
import type { FittedPrompt, Prompts } from './fit-prompt.ts'
import {
  closeModelCall,
  openModelCall,
  refusalToUsage,
  type LedgerDeps,
  type ModelCallStart,
} from '../usage/model-call-ledger.ts'

export const maxTries = 3
const firstDelayMs = 500
const longestDelayMs = 60_000

export interface ModelToolRequest {
  readonly name: string
  readonly args: string
  readonly extra?: ToolCallExtra
}

export interface StepResult {
  readonly finishReason: FinishReason
  readonly toolCalls: readonly ModelToolRequest[]
}

export interface StepInput {
  readonly model: string
  readonly messages: readonly ModelMessage[]
  readonly tools: readonly ModelTool[]
  readonly signal: AbortSignal
  /** The message as it is now; grows with what `emit` is given. */
  readonly message: () => Message
  readonly emit: (event: ConversationEvent) => Promise<void>
  /** Turns at the end that are never left out: two where the last one only says "go on". */
  readonly keptTurns: number
  /** Turns at the start that are not even in `messages`. */
  readonly omittedTurns: number
  /** For whom and what the ledger counts it. */
  readonly call: Omit<ModelCallStart, 'model' | 'inputTokens'>
  /** Upstream tries of this generation so far. */
  readonly attempt: () => number
  /** Changes new text before it is emitted. */
  readonly filter?: { push: (text: string) => string; end: () => string }
}

/**
 * One model call, tried up to three times, but only as long as nothing of it was shown: text that stands there is never followed by
 * another try's text. A prompt that the provider finds too long is shortened once. @throws ModelError when it failed for good
 */
export async function runModelStep(
  deps: LedgerDeps & { models: Models; prompts: Prompts; logger: Logger; random: () => number },
  input: StepInput,
): Promise<StepResult> {
  let prompt = await deps.prompts.fit(input)
  let mayShorten = true
  for (let tries = 1; ; tries += 1) {
    const shown = { any: false }
    try {
      await noteLeftOut(input, prompt)
      return await callModel(deps, input, prompt, shown)
    } catch (error) {
      if (!(error instanceof ModelError) || error.code === 'aborted') throw error
      if (error.code === 'context-overflow' && mayShorten && !shown.any) {
        mayShorten = false
        const shorter = await deps.prompts.refit(input, prompt)
        if (shorter.messageTokens < prompt.messageTokens) {
          prompt = shorter
          // A refused prompt was not answered badly: it does not count as a try.
          tries -= 1
          continue
        }
      }
      deps.logger.warn(
        { event: 'model-call-failed', messageId: input.message().id, tries, code: error.code, err: error.cause },
        'a model call failed',
      )
      if (!error.retryable || shown.any || tries >= maxTries) throw error.afterTries(tries)
      const delayMs = Math.min(error.retryAfterMs ?? backoffMs(tries, deps.random), longestDelayMs)
      await input.emit({
        type: 'generation-retry',
        messageId: input.message().id,
        attempt: input.attempt() + tries,
        maxAttempts: maxTries,
        delayMs,
        reason: error.code,
      })
      await sleep(delayMs, input.signal)
    }
  }
}

/** 2^n with full jitter above a floor, so that many conversations do not come back at once. */
function backoffMs(tries: number, random: () => number): number {
  const ceiling = firstDelayMs * 2 ** tries
  return Math.round(ceiling / 2 + (random() * ceiling) / 2)
}

/** One call, in the ledger before it is made and closed there however it ends. */
async function callModel(
  deps: LedgerDeps & { models: Models; prompts: Prompts },
  input: StepInput,
  prompt: FittedPrompt,
  shown: { any: boolean },
): Promise<StepResult> {
  const { model } = input
  const start: ModelCallStart = { ...input.call, model, inputTokens: prompt.estimatedTokens }
  const id = await openModelCall(deps, start)
  const said: string[] = []
  try {
    const { end, toolCalls, replay } = await readAnswer(deps, { ...input, messages: prompt.messages }, shown, said)
    const note = deps.prompts.learn(model, prompt, end.usage)
    if (note) await emitNote(input, note)
    await closeModelCall(deps, id, start, {
      state: 'completed',
      usage: end.usage,
      outputTokens: end.usage ? 0 : await countTokens(said.join('')),
      reportedMicroUsd: end.costMicroUsd,
      replay,
    })
    return { finishReason: end.finishReason, toolCalls }
  } catch (error) {
    const code = error instanceof ModelError ? error.code : 'internal'
    const outputTokens = await countTokens(said.join(''))
    await closeModelCall(deps, id, start, {
      state: code === 'aborted' ? 'cancelled' : 'failed',
      usage: said.length === 0 ? refusalToUsage(code) : null,
      outputTokens,
      errorCode: code,
    })
    throw error
  }
}

async function readAnswer(deps: { models: Models }, input: StepInput, shown: { any: boolean }, said: string[]) {
  const { model, messages, tools, signal } = input
  const toolCalls: ModelToolRequest[] = []
  let replay: string | null = null
  const thought = { startedAt: performance.now(), part: -1, before: 0 }
  for await (const event of deps.models.stream({ model, messages, tools, signal })) {
    switch (event.type) {
      case 'text': {
        said.push(event.text)
        const text = input.filter ? input.filter.push(event.text) : event.text
        if (text === '') break
        shown.any = true
        await emitText(input, 'text', text)
        break
      }
      case 'reasoning':
        if (event.text === '') break
        said.push(event.text)
        shown.any = true
        await emitText(input, 'reasoning', event.text, thought)
        break
      case 'tool-call':
        said.push(event.name, event.args)
        toolCalls.push({ name: event.name, args: event.args, ...(event.extra ? { extra: event.extra } : {}) })
        break
      case 'replay':
        replay = JSON.stringify(event.replay)
        break
      case 'end': {
        const rest = input.filter?.end() ?? ''
        if (rest !== '') await emitText(input, 'text', rest)
        return { end: event, toolCalls, replay }
      }
      default:
        event satisfies never
    }
  }
  throw new ModelError('provider-truncated', 'The answer broke off.', { retryable: true })
}

/** `thought`: since when this call thinks about which part, and for how long that one was thought about before. */
async function emitText(
  input: StepInput,
  type: 'text' | 'reasoning',
  text: string,
  thought?: { startedAt: number; part: number; before: number },
): Promise<void> {
  const { id: messageId, parts } = input.message()
  const last = parts.at(-1)
  const grows = last?.type === type
  const part = grows ? parts.length - 1 : parts.length
  const offset = grows ? last.text.length : 0
  if (type === 'text' || !thought) return await input.emit({ type: 'text-delta', messageId, part, offset, text })
  const now = performance.now()
  if (thought.part !== part) {
    // The first one is thought about since the model was asked.
    if (thought.part !== -1) thought.startedAt = now
    thought.part = part
    thought.before = (last?.type === 'reasoning' && last.durationMs) || 0
  }
  const durationMs = Math.round(thought.before + now - thought.startedAt)
  await input.emit({ type: 'reasoning-delta', messageId, part, offset, text, durationMs })
}

async function noteLeftOut(input: StepInput, { leftOutTurns, contextWindow }: FittedPrompt): Promise<void> {
  const count = leftOutTurns + input.omittedTurns
  if (count > 0) await emitNote(input, { kind: 'turns-left-out', count, contextWindow })
}

async function emitNote(input: StepInput, note: GenerationNote): Promise<void> {
  const { id: messageId, notes = [] } = input.message()
  if (notes.some((known) => JSON.stringify(known) === JSON.stringify(note))) return
  await input.emit({ type: 'generation-note', messageId, note })
}

function sleep(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer)
      reject(new ModelError('aborted', 'Stopped.', { retryable: false }))
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    }, delayMs)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
}
