import type { ConversationEvent, Message, Usage } from '@holdfast/shared'
import type { Logger } from '../logger.ts'
import { ModelError } from '../models/model-error.ts'
import type { FinishReason, ModelMessage, ModelProvider, ModelTool, ToolCallExtra } from '../models/model.ts'

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
  readonly usage: Usage | null
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
  /** Upstream tries of this generation so far. */
  readonly attempt: () => number
  /** Changes new text before it is emitted. */
  readonly filter?: { push: (text: string) => string; end: () => string }
}

/**
 * One model call, tried up to three times, but only as long as nothing of it was shown: text that stands there is never followed by
 * another try's text. @throws ModelError when it failed for good
 */
export async function runModelStep(
  deps: { models: ModelProvider; logger: Logger; random: () => number },
  input: StepInput,
): Promise<StepResult> {
  for (let tries = 1; ; tries += 1) {
    const shown = { any: false }
    try {
      return await callModel(deps, input, shown)
    } catch (error) {
      if (!(error instanceof ModelError) || error.code === 'aborted') throw error
      deps.logger.warn(
        { event: 'model-call-failed', messageId: input.message().id, tries, code: error.code, err: error.cause },
        'a model call failed',
      )
      if (!error.retryable || shown.any || tries >= maxTries) throw error
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

async function callModel(
  deps: { models: ModelProvider },
  input: StepInput,
  shown: { any: boolean },
): Promise<StepResult> {
  const { model, messages, tools, signal } = input
  const toolCalls: ModelToolRequest[] = []
  for await (const event of deps.models.stream({ model, messages, tools, signal })) {
    switch (event.type) {
      case 'text': {
        const text = input.filter ? input.filter.push(event.text) : event.text
        if (text === '') break
        shown.any = true
        await emitText(input, 'text', text)
        break
      }
      case 'reasoning':
        if (event.text === '') break
        shown.any = true
        await emitText(input, 'reasoning', event.text)
        break
      case 'tool-call':
        toolCalls.push({ name: event.name, args: event.args, ...(event.extra ? { extra: event.extra } : {}) })
        break
      case 'end': {
        const rest = input.filter?.end() ?? ''
        if (rest !== '') await emitText(input, 'text', rest)
        return { finishReason: event.finishReason, usage: event.usage, toolCalls }
      }
      default:
        event satisfies never
    }
  }
  throw new ModelError('provider-truncated', 'The answer broke off.', { retryable: true })
}

async function emitText(input: StepInput, type: 'text' | 'reasoning', text: string): Promise<void> {
  const { id, parts } = input.message()
  const last = parts.at(-1)
  const grows = last?.type === type
  await input.emit({
    type: type === 'text' ? 'text-delta' : 'reasoning-delta',
    messageId: id,
    part: grows ? parts.length - 1 : parts.length,
    offset: grows ? last.text.length : 0,
    text,
  })
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
