import type { FinishReason, ModelReplay } from '../model.ts'
import type { ModelErrorCode } from '../model-error.ts'
import { createAnswerPictures } from './answer-pictures.ts'
import type { AnswerAccumulator, AnswerAccumulatorOptions, ReadEvent } from './answer-accumulator.ts'
import { isJsonObject } from './json-scanner.ts'
import { createModelError } from './model-errors.ts'
import { isError, providerErrorToModelError } from './provider-error.ts'
import { hasOther, readDelta } from './read-delta.ts'
import { isRecord, readRecord, readText, type JsonRecord } from './read-json.ts'
import { mergeUsage, readCostMicroUsd, readUsage, type ReportedUsage } from './read-usage.ts'
import { createReasoningDetails } from './reasoning-details.ts'
import { createRestFinder } from './rest-finder.ts'
import { createThinkSplitter, type SplitText, type SplitPiece } from './think-splitter.ts'
import { createToolCallMerge } from './tool-call-merge.ts'

/** Reasons that are no end but a failure (OpenRouter, Z.ai, DeepSeek). */
const failures: Readonly<Record<string, ModelErrorCode>> = {
  error: 'provider-error',
  network_error: 'provider-error',
  insufficient_system_resource: 'provider-overloaded',
  model_context_window_exceeded: 'context-overflow',
  malformed_function_call: 'provider-malformed',
}

/** For Chat Completions: the chunks of a stream, or an answer in one piece. */
export function createChatAccumulator({ mayBeEmpty }: AnswerAccumulatorOptions): AnswerAccumulator {
  const splitter = createThinkSplitter()
  const toolCalls = createToolCallMerge()
  const details = createReasoningDetails()
  const rests = createRestFinder()
  const pictures = createAnswerPictures()
  let hasReasoningContent = false
  let hasContent = false
  let cameOther = false
  let choiceIndex: unknown = undefined
  let finish: string | null = null
  let usage: ReportedUsage | null = null
  let costMicroUsd: number | null = null

  const toEvents = (pieces: readonly SplitText[]): SplitPiece[] => {
    const events = pieces.flatMap((piece): readonly SplitPiece[] | SplitPiece =>
      piece.type === 'text' ? splitter.push(piece.text) : piece,
    )
    hasContent ||= events.length > 0
    return events
  }

  /** `function_call` is what there was before `tool_calls`. */
  const addCalls = (message: JsonRecord) => {
    const calls = message['tool_calls']
    if (Array.isArray(calls)) for (const call of calls) toolCalls.add(call)
    else if (readRecord(calls)) toolCalls.add(calls)
    const legacy = readRecord(message['function_call'])
    if (legacy) toolCalls.add({ index: 0, function: legacy })
  }

  /** Only one answer is asked for; of a provider that sends several, the first is taken, however it is numbered. */
  const firstChoice = (chunk: JsonRecord): JsonRecord | null => {
    const choices = Array.isArray(chunk['choices']) ? chunk['choices'].filter(isRecord) : []
    const [first] = choices
    if (!first) return null
    choiceIndex ??= (choices.find((choice) => Number(choice['index'] ?? 0) === 0) ?? first)['index'] ?? undefined
    return choices.find((choice) => (choice['index'] ?? choiceIndex) === choiceIndex) ?? null
  }

  const callsToEvents = (): ReadEvent[] => {
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
   * passes on to Gemini and Anthropic what is in `reasoning_details`. Without calls no provider asks for them.
   */
  const toReplay = (calls: readonly ReadEvent[]): ModelReplay | null => {
    const all = details.all()
    const reasoningContent = hasReasoningContent ? rests.reasoning : ''
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
      const choice = firstChoice(record)
      usage = mergeUsage(usage, readUsage(record, choice))
      costMicroUsd = readCostMicroUsd(record) ?? costMicroUsd
      if (record['object'] === 'error' || isError(record['error'], choice !== null)) {
        // With a reason for the end the answer is what it is: cut, filtered, or whole. OpenRouter says "Token limit reached" after `length`.
        if (finish !== null && (hasContent || toFinishReason(finish) !== 'stop')) return []
        throw providerErrorToModelError(record['error'] ?? record)
      }
      if (!choice) return []
      const reason = readText(choice['finish_reason'])
      const failure = reason === null ? undefined : failures[reason]
      if (failure) throw createModelError(failure)
      finish = reason ?? finish
      const text = readText(choice['text'])
      const delta = readRecord(choice['delta'])
      const message = delta ?? readRecord(choice['message']) ?? (text === null ? null : { content: text })
      if (!message) return []
      addCalls(message)
      hasReasoningContent ||= readText(message['reasoning_content']) !== null
      details.add(message['reasoning_details'])
      cameOther ||= hasOther(message)
      const refusal = readText(message['refusal'])
      const said = readDelta(message)
      const pieces = refusal === null ? said : [...said, { type: 'text', text: refusal } as const]
      // Some send the whole answer once more at its end: as a message, or as the last delta.
      const mayBeWhole = (!delta && text === null) || reason !== null
      const words = toEvents(rests.find(pieces, mayBeWhole ? (delta ? 'perhaps' : 'certainly') : 'no'))
      return [...words, ...pictures.readMessage(message)]
    },
    end(sawDone) {
      const rest = [...toEvents(rests.flush()), ...splitter.flush()]
      hasContent ||= rest.length > 0
      const calls = callsToEvents()
      const reason = toFinishReason(finish)
      const isNothing = !hasContent && !pictures.hasAny && calls.length === 0
      if (isNothing && cameOther) throw createModelError('provider-not-text')
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
 * `tool_calls` without any: the calls themselves decide, not the reason.
 */
function toFinishReason(finish: string | null): Exclude<FinishReason, 'tool-calls'> {
  const name = finish?.toLowerCase().replaceAll(/[^a-z]/gu, '') ?? ''
  if (limitNames.test(name)) return 'length'
  return filterNames.test(name) ? 'content-filter' : 'stop'
}

/** `MAX_TOKENS`, `max_output_tokens`, `model_length`, `token_limit` and the like, without case and signs. */
const limitNames = /length|max\w*tokens?|(?:token|output)s?limit/u
/** `content_filter`, `SAFETY`, `PROHIBITED_CONTENT`, `guardrail_intervened` and the like. */
const filterNames = /filter|safety|sensitive|prohibited|blocklist|recitation|spii|guardrail|moderat|refusal|violat/u
