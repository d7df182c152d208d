import type { Usage } from '@holdfast/shared'
import type { FinishReason, ModelEvent, ModelReplay } from '../model.ts'
import type { ModelErrorCode } from '../model-error.ts'
import type { AnswerAccumulator, AnswerAccumulatorOptions } from './answer-accumulator.ts'
import { isJsonObject } from './json-scanner.ts'
import { createModelError } from './model-errors.ts'
import { providerErrorToModelError } from './provider-error.ts'
import { readDelta } from './read-delta.ts'
import { readRecord, readText, type JsonRecord } from './read-json.ts'
import { readCostMicroUsd, readUsage } from './read-usage.ts'
import { createReasoningDetails } from './reasoning-details.ts'
import { createThinkSplitter, type SplitText } from './think-splitter.ts'
import { createToolCallMerge } from './tool-call-merge.ts'

/** Reasons that are no end but a failure (OpenRouter, Z.ai, DeepSeek). */
const failures: Readonly<Record<string, ModelErrorCode>> = {
  error: 'provider-error',
  network_error: 'provider-error',
  insufficient_system_resource: 'provider-overloaded',
  model_context_window_exceeded: 'context-overflow',
}

/** For Chat Completions: the chunks of a stream, or an answer in one piece. */
export function createChatAccumulator({ mayBeEmpty }: AnswerAccumulatorOptions): AnswerAccumulator {
  const splitter = createThinkSplitter()
  const toolCalls = createToolCallMerge()
  const details = createReasoningDetails()
  let reasoningContent = ''
  let hasContent = false
  let finish: string | null = null
  let usage: Usage | null = null
  let costMicroUsd: number | null = null

  const toEvents = (pieces: readonly SplitText[]): SplitText[] => {
    const events = pieces.flatMap((piece) => (piece.type === 'text' ? splitter.push(piece.text) : piece))
    hasContent ||= events.length > 0
    return events
  }

  const callsToEvents = (): ModelEvent[] => {
    const calls = toolCalls.calls()
    const reason = toFinishReason(finish)
    if (reason === 'content-filter') return []
    // A call that was cut off is not run, and neither are its siblings: a step is taken whole or not at all.
    if (reason === 'length' && !calls.every(({ args }) => isJsonObject(args))) return []
    if (calls.some(({ name }) => name === '')) throw createModelError('provider-malformed')
    return calls.map(({ name, args, extra }) => ({ type: 'tool-call', name, args, ...(extra && { extra }) }))
  }

  /**
   * Thoughts that came with calls go back with them: DeepSeek and Moonshot refuse the next step without `reasoning_content`, OpenRouter
   * passes on to Gemini and Anthropic what is in `reasoning_details`. Without calls nobody asks for them.
   */
  const toReplay = (calls: readonly ModelEvent[]): ModelReplay | null => {
    const all = details.all()
    if (calls.length === 0 || (reasoningContent === '' && all.length === 0)) return null
    return {
      message: {
        ...(reasoningContent !== '' && { reasoning_content: reasoningContent }),
        ...(all.length > 0 && { reasoning_details: all }),
      },
    }
  }

  return {
    get isFinished() {
      return finish !== null
    },
    add(chunk) {
      const record = readRecord(chunk)
      if (!record) return []
      if (record['error'] || record['object'] === 'error') throw providerErrorToModelError(record['error'] ?? record)
      const choice = firstChoice(record)
      usage = readUsage(record, choice) ?? usage
      costMicroUsd = readCostMicroUsd(record) ?? costMicroUsd
      if (!choice) return []
      const reason = readText(choice['finish_reason'])
      const failure = reason === null ? undefined : failures[reason]
      if (failure) throw createModelError(failure)
      finish = reason ?? finish
      const delta = readRecord(choice['delta']) ?? readRecord(choice['message'])
      if (!delta) return []
      const calls = delta['tool_calls']
      if (Array.isArray(calls)) for (const call of calls) toolCalls.add(call)
      reasoningContent += readText(delta['reasoning_content']) ?? ''
      details.add(delta['reasoning_details'])
      const refusal = readText(delta['refusal'])
      const pieces = readDelta(delta)
      return toEvents(refusal === null ? pieces : [...pieces, { type: 'text', text: refusal }])
    },
    end(sawDone) {
      const rest = splitter.flush()
      hasContent ||= rest.length > 0
      const calls = callsToEvents()
      const reason = toFinishReason(finish)
      const isNothing = !hasContent && calls.length === 0
      if (isNothing && (finish === null || (reason === 'stop' && !mayBeEmpty))) throw createModelError('provider-empty')
      if (finish === null && !sawDone) throw createModelError('provider-truncated')
      const replay = toReplay(calls)
      return [
        ...rest,
        ...calls,
        ...(replay ? [{ type: 'replay', replay } as const] : []),
        {
          type: 'end',
          finishReason: calls.length > 0 ? 'tool-calls' : reason,
          usage,
          ...(costMicroUsd === null ? {} : { costMicroUsd }),
        },
      ]
    },
  }
}

/**
 * Every name that is not here means `stop`; so do `tool_calls` and `function_call`, since some send `stop` with calls and some
 * `tool_calls` without any: what came decides, not what is said about it.
 */
function toFinishReason(finish: string | null): Exclude<FinishReason, 'tool-calls'> {
  if (finish === 'length' || finish === 'max_tokens' || finish === 'model_length') return 'length'
  return finish === 'content_filter' || finish === 'sensitive' ? 'content-filter' : 'stop'
}

/** Only one answer is asked for; a provider that sends several numbers them. */
function firstChoice(chunk: JsonRecord): JsonRecord | null {
  const choices = chunk['choices']
  if (!Array.isArray(choices)) return null
  for (const choice of choices) {
    const record = readRecord(choice)
    if (record && (record['index'] ?? 0) === 0) return record
  }
  return null
}
