import type { Part } from '@holdfast/shared'
import type { ApiResponse } from '../response-row.ts'
import type { AnswerStep } from './answer-steps.ts'
import type { ApiUsage } from './read-usage.ts'
import { partToItem, toItemId, toResponseObject, toTextContent } from './responses-answer.ts'

/** An event of a stream of Responses. `sequence_number` only grows, and is the same for every reader. */
export interface ResponsesEvent {
  readonly type: string
  readonly sequence_number: number
  readonly [field: string]: unknown
}

/** One record of the log becomes fewer events than this: the number of an event says which record it comes from. */
const eventsPerRecord = 16

/**
 * Turns the steps of an answer into the events of a stream of Responses, from its beginning: a reader that comes back leaves out those that
 * it has had.
 */
export function createResponsesEvents(response: ApiResponse) {
  /** By their places in the message. Those before the response are not there. */
  const parts: Part[] = []
  let open: number | null = null

  const number = (seq: number, index: number) => (seq - response.afterSeq) * eventsPerRecord + index

  function* numbered(
    seq: number,
    events: Iterable<Readonly<Record<string, unknown>> & { type: string }>,
  ): Generator<ResponsesEvent> {
    let index = 0
    for (const event of events) {
      yield { ...event, sequence_number: number(seq, index) }
      index += 1
    }
  }

  const outputIndex = (place: number) =>
    parts.slice(response.firstPart, place).filter(({ type }) => type !== 'file' && type !== 'remark').length

  function* begin(place: number, part: Part) {
    const item = partToItem(response, part, place, 'in_progress')
    yield { type: 'response.output_item.added', output_index: outputIndex(place), item: emptied(item) }
    if (part.type !== 'text') return
    const ids = { item_id: toItemId(response, 'text', place), output_index: outputIndex(place), content_index: 0 }
    yield { type: 'response.content_part.added', ...ids, part: toTextContent('') }
  }

  function* finish(): Generator<Readonly<Record<string, unknown>> & { type: string }> {
    const place = open
    open = null
    const part = place === null ? undefined : parts[place]
    if (place === null || !part) return
    const ids = { item_id: toItemId(response, part.type, place), output_index: outputIndex(place) }
    if (part.type === 'text') {
      yield { type: 'response.output_text.done', ...ids, content_index: 0, text: part.text, logprobs: [] }
      yield { type: 'response.content_part.done', ...ids, content_index: 0, part: toTextContent(part.text) }
    }
    if (part.type === 'reasoning') yield { type: 'response.reasoning_text.done', ...ids, content_index: 0, text: part.text }
    yield {
      type: 'response.output_item.done',
      output_index: outputIndex(place),
      item: partToItem(response, part, place, 'completed'),
    }
  }

  function* write(step: Extract<AnswerStep, { type: 'text' | 'reasoning' }>) {
    const known = parts[step.part]
    if (known === undefined || (known.type !== 'text' && known.type !== 'reasoning')) {
      yield* finish()
      parts[step.part] = { type: step.type, text: '' }
      open = step.part
      yield* begin(step.part, { type: step.type, text: '' })
    }
    parts[step.part] = { type: step.type, text: textOf(parts[step.part]) + step.text }
    const type = step.type === 'text' ? 'response.output_text.delta' : 'response.reasoning_text.delta'
    const ids = { item_id: toItemId(response, step.type, step.part), output_index: outputIndex(step.part), content_index: 0 }
    yield { type, ...ids, delta: step.text, ...(step.type === 'text' ? { logprobs: [] } : {}) }
  }

  function* call({ part: place, call: { callId, name, args } }: Extract<AnswerStep, { type: 'tool-call' }>) {
    yield* finish()
    const part: Part = { type: 'tool-call', callId, name, args, state: 'waiting' }
    parts[place] = part
    yield* begin(place, part)
    const item = partToItem(response, part, place, 'completed')
    const written = item !== null && 'arguments' in item ? item.arguments : ''
    const ids = { item_id: toItemId(response, 'tool-call', place), output_index: outputIndex(place) }
    yield { type: 'response.function_call_arguments.delta', ...ids, delta: written }
    yield { type: 'response.function_call_arguments.done', ...ids, name, arguments: written }
    yield { type: 'response.output_item.done', output_index: outputIndex(place), item }
  }

  return {
    begin: () => {
      const created = toResponseObject(response, { parts: [], end: null, usage: null })
      return numbered(response.afterSeq, [
        { type: 'response.created', response: created },
        { type: 'response.in_progress', response: created },
      ])
    },
    step: (step: Exclude<AnswerStep, { type: 'end' }>) =>
      numbered(step.seq, step.type === 'tool-call' ? call(step) : write(step)),
    end: ({ seq, end }: Extract<AnswerStep, { type: 'end' }>, usage: ApiUsage) => {
      const whole = toResponseObject(response, { parts: end.message.parts, end, usage })
      return numbered(seq, [
        ...finish(),
        { type: `response.${whole.status === 'in_progress' ? 'completed' : whole.status}`, response: whole },
      ])
    },
  }
}

function textOf(part: Part | undefined): string {
  return part?.type === 'text' || part?.type === 'reasoning' ? part.text : ''
}

/** An item that has just begun. */
function emptied(item: ReturnType<typeof partToItem>) {
  if (item?.type === 'message') return { ...item, content: [] }
  if (item?.type === 'function_call') return { ...item, status: 'in_progress', arguments: '' }
  return item
}
