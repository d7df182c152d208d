import type { FinishReason } from '../model.ts'
import { createAnswerPictures } from './answer-pictures.ts'
import type { AnswerAccumulator, AnswerAccumulatorOptions, ReadEvent } from './answer-accumulator.ts'
import { isJsonObject, toArguments } from './json-scanner.ts'
import { createModelError } from './model-errors.ts'
import { isError, providerErrorToModelError } from './provider-error.ts'
import { readCount, readRecord, readText, type JsonRecord } from './read-json.ts'
import { mergeUsage, readCostMicroUsd, readUsage, type ReportedUsage } from './read-usage.ts'
import { createResponseItems, itemToText, itemToThoughts, sectionBreak, toItemType, type ResponseItem } from './response-items.ts'
import { itemsToReplay } from './responses-replay.ts'
import { createThinkSplitter, type SplitPiece, type SplitText } from './think-splitter.ts'

/**
 * For the Responses API: the events of a stream, or a whole response. No content is taken twice: text that came in pieces is
 * not taken again from the item's end or the response's, and what came in none of them is taken from there.
 */
export function createResponsesAccumulator({ mayBeEmpty }: AnswerAccumulatorOptions): AnswerAccumulator {
  const items = createResponseItems()
  const splitter = createThinkSplitter()
  const pictures = createAnswerPictures()
  /** Items whose picture has come. */
  const drawn = new Set<ResponseItem>()
  let lastPiece: SplitText['type'] | 'picture' | null = null
  let thoughtsFrom: string | null = null
  let finish: Exclude<FinishReason, 'tool-calls'> | null = null
  let usage: ReportedUsage | null = null
  let costMicroUsd: number | null = null

  const pass = (pieces: readonly SplitPiece[]): SplitPiece[] => {
    const last = pieces.at(-1)?.type ?? lastPiece
    lastPiece = last === 'was-reasoning' ? 'reasoning' : last
    return [...pieces]
  }

  /** A message after a message, and a section after a section, begins a paragraph. */
  const say = (item: ResponseItem, text: string, section = 0): SplitPiece[] => {
    if (text === '') return []
    const type = item.type === 'reasoning' ? 'reasoning' : 'text'
    const begins = item.streamed === '' || section > item.section
    const said = begins && lastPiece === type ? sectionBreak + text : text
    item.section = section
    item.streamed += item.streamed !== '' && begins ? sectionBreak + text : text
    return pass(type === 'text' ? splitter.push(said) : [{ type, text: said }])
  }

  /** The rest of a text of which the start has been passed on. Where the two differ, what people have seen stays. */
  const sayRest = (item: ResponseItem, whole: string): SplitPiece[] => {
    if (!whole.startsWith(item.streamed)) return []
    const rest = whole.slice(item.streamed.length)
    const isNewSection = item.streamed !== '' && rest.startsWith(sectionBreak)
    return isNewSection ? say(item, rest.slice(sectionBreak.length), item.section + 1) : say(item, rest, item.section)
  }

  /** Drafts of a picture come before it in events of their own, which are not read. */
  const draw = (item: ResponseItem, result: string | null): ReadEvent[] => {
    if (result === null || drawn.has(item)) return []
    drawn.add(item)
    lastPiece = 'picture'
    return pictures.take(result)
  }

  const close = (item: ResponseItem, final: JsonRecord): ReadEvent[] => {
    if (item.type === 'image_generation_call') return draw(item, readText(final['result']))
    // An item is given at its own end and once more at the response's. Either may lack what makes it fit to go back.
    if (!readText(item.final?.['encrypted_content'])) item.final = { ...item.final, ...final }
    if (item.type === 'message') return sayRest(item, itemToText(final))
    if (item.type === 'reasoning') return sayRest(item, itemToThoughts(final))
    item.name = readText(final['name']) ?? item.name
    item.args = argsToText(final['arguments']) ?? item.args
    return []
  }

  const endWith = (response: JsonRecord, status: string): ReadEvent[] => {
    usage = mergeUsage(usage, readUsage(response))
    costMicroUsd = readCostMicroUsd(response) ?? costMicroUsd
    if (status === 'failed' || status === 'cancelled' || isError(response['error'], true))
      throw providerErrorToModelError(response['error'])
    const output = Array.isArray(response['output']) ? response['output'] : []
    const rest = items.match(output).flatMap(([item, final]) => close(item, final))
    finish = status === 'incomplete' ? toCutReason(response) : 'stop'
    return rest
  }

  const addEvent = (event: JsonRecord, type: string): ReadEvent[] => {
    const delta = readText(event['delta']) ?? ''
    switch (type) {
      case 'response.output_item.added':
      case 'response.output_item.done': {
        const final = readRecord(event['item'])
        const itemType = toItemType(final?.['type'])
        if (!final || !itemType) return []
        const isDone = type === 'response.output_item.done'
        const item = items.find(event, itemType, !isDone)
        if (isDone) return close(item, final)
        item.name = readText(final['name']) ?? item.name
        return []
      }
      case 'response.output_text.delta':
      case 'response.refusal.delta':
        return say(items.find(event, 'message'), delta)
      case 'response.output_text.done':
        return sayRest(items.find(event, 'message'), readText(event['text']) ?? '')
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
      case 'response.reasoning.delta':
        // Where thoughts and their summary both come, the first of them is taken.
        thoughtsFrom ??= type
        if (thoughtsFrom !== type) return []
        return say(items.find(event, 'reasoning'), delta, readCount(event['summary_index']) ?? 0)
      case 'response.function_call_arguments.delta':
        items.find(event, 'function_call').args += delta
        return []
      case 'response.function_call_arguments.done': {
        const item = items.find(event, 'function_call')
        item.name = readText(event['name']) ?? item.name
        item.args = argsToText(event['arguments']) ?? item.args
        return []
      }
      case 'response.completed':
      case 'response.done':
      case 'response.incomplete':
      case 'response.failed': {
        const response = readRecord(event['response']) ?? {}
        return endWith(response, readText(response['status']) ?? type.slice('response.'.length))
      }
      default:
        return []
    }
  }

  const callsToEvents = (): ReadEvent[] => {
    if (finish === 'content-filter') return []
    const calls = items.all.filter(({ type }) => type === 'function_call')
    // A call that was cut off is not run, and neither are its siblings: a step is taken whole or not at all.
    if (finish === 'length' && !calls.every(({ args }) => isJsonObject(args))) return []
    if (calls.some(({ name }) => name === '')) throw createModelError('provider-malformed')
    return calls.map(({ name, args }) => ({ type: 'tool-call', name, args: toArguments(args) }))
  }

  return {
    get isFinished() {
      return finish !== null
    },
    add(piece) {
      const record = readRecord(piece)
      if (!record) return []
      const type = readText(record['type'])
      if (
        type === 'error' ||
        record['object'] === 'error' ||
        isError(record['error'], type !== null || Array.isArray(record['output']))
      ) {
        if (finish !== null) return []
        throw providerErrorToModelError(record['error'] ?? record)
      }
      if (type !== null) return addEvent(record, type)
      return Array.isArray(record['output']) ? endWith(record, readText(record['status']) ?? 'completed') : []
    },
    end(sawDone) {
      const isFailed = (item: ResponseItem) => item.type === 'image_generation_call' && !drawn.has(item)
      const failed = items.all.some(isFailed) ? pictures.take(null) : []
      const rest = [...pass(splitter.flush()), ...failed]
      const calls = callsToEvents()
      const isNothing = lastPiece === null && !pictures.hasAny && calls.length === 0
      if (isNothing && (finish === null || (finish === 'stop' && !mayBeEmpty))) throw createModelError('provider-empty')
      if (finish === null && !sawDone) throw createModelError('provider-truncated')
      const reason = finish ?? 'stop'
      const replay = reason === 'stop' ? itemsToReplay(items.all) : null
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

/** Why a response is incomplete: everything but a filter means that there was no more room. */
function toCutReason(response: JsonRecord): 'length' | 'content-filter' {
  const reason = readText(readRecord(response['incomplete_details'])?.['reason'])
  return reason === 'content_filter' ? 'content-filter' : 'length'
}

/** Null when there are none to be taken. */
function argsToText(args: unknown): string | null {
  if (typeof args === 'string') return args === '' ? null : args
  return args === null || args === undefined ? null : JSON.stringify(args)
}
