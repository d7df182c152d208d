import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ModelMessage } from '../src/models/model.ts'
import type { ReadEvent } from '../src/models/openai/answer-accumulator.ts'
import { createChatAccumulator } from '../src/models/openai/chat-accumulator.ts'
import { messagesToInput } from '../src/models/openai/messages-to-input.ts'
import { messagesToWire } from '../src/models/openai/messages-to-wire.ts'
import { readEventStream } from '../src/models/openai/read-event-stream.ts'
import { createResponsesAccumulator } from '../src/models/openai/responses-accumulator.ts'
import { createFrameFilter } from '../src/models/openai/sse-frames.ts'
import { shapes } from './corpus/shapes.ts'

/** The stream in pieces, as a socket may give it, read as a model call reads it. */
async function read(api: 'chat' | 'responses', pieces: readonly Uint8Array[]) {
  const filter = createFrameFilter()
  const frames = [...pieces.map((piece) => filter.push(piece)), filter.flush()].filter((piece) => piece !== null)
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const frame of frames) controller.enqueue(frame)
      controller.close()
    },
  })
  const create = api === 'chat' ? createChatAccumulator : createResponsesAccumulator
  const accumulator = create({ mayBeEmpty: false })
  const events: ReadEvent[] = []
  for await (const piece of readEventStream(new Response(body))) events.push(...accumulator.add(piece))
  events.push(...accumulator.end(filter.sawDone))
  const join = (type: 'text' | 'reasoning') => events.flatMap((event) => (event.type === type ? event.text : [])).join('')
  const end = events.at(-1)
  if (end?.type !== 'end') throw new Error('the last event is not the end')
  return {
    text: join('text'),
    reasoning: join('reasoning'),
    calls: events.flatMap((event) => (event.type === 'tool-call' ? [{ name: event.name, args: event.args }] : [])),
    finishReason: end.finishReason,
    usage: end.usage && [end.usage.inputTokens, end.usage.outputTokens],
  }
}

/** Whole, line by line, and in pieces of these sizes. */
function split(stream: string, sizes: readonly number[]): Uint8Array[][] {
  const bytes = Buffer.from(stream)
  const pieces: Uint8Array[] = []
  for (let start = 0, index = 0; start < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1
    pieces.push(bytes.subarray(start, start + size))
    start += size
  }
  return [[bytes], stream.split(/(?<=\n)/u).map((line) => Buffer.from(line)), pieces]
}

describe('a stream is read the same however its bytes come', () => {
  test.each(shapes.map((shape) => [shape.host, shape] as const))('%s', async (_host, shape) => {
    const { text = '', reasoning = '', calls = [], finishReason, usage = null } = shape
    for (const pieces of split(shape.stream, [1, 7, 3, 2, 5])) {
      expect(await read(shape.api, pieces)).toEqual({ text, reasoning, calls, finishReason, usage })
    }
  })
})

const word = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('<', 'think', '`</think>`', '</think', '\n\n', 'data: ', '[DONE]'),
)
const piece = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), text: word }),
  fc.record({ kind: fc.constant('reasoning' as const), text: word }),
  fc.record({
    kind: fc.constant('noise' as const),
    text: fc.constantFrom(': x\n\n', 'event: ping\n\n', 'data:\n\n', 'data: ping\n\n'),
  }),
)
const calls = fc.array(
  fc.record({
    name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 90 }),
    args: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })),
  }),
  { maxLength: 3 },
)

test('any stream that the format allows gives what was sent, and a history that the format allows', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 20 }),
      calls,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
      fc.constantFrom('\n', '\r\n'),
      async (pieces, called, sizes, lineEnd) => {
        const data = (delta: object, finish: string | null = null) =>
          `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
        // Thoughts are parted from an answer that does not begin with a tag.
        const sent = [
          data({ content: '.' }),
          ...pieces.map(({ kind, text }) =>
            kind === 'noise' ? text : data(kind === 'text' ? { content: text } : { reasoning_content: text }),
          ),
          ...called.flatMap(({ name, args }, index) => {
            const written = JSON.stringify(args)
            const half = Math.floor(written.length / 2)
            return [
              data({ tool_calls: [{ index, id: `id${index}`, function: { name, arguments: written.slice(0, half) } }] }),
              data({ tool_calls: [{ index, function: { arguments: written.slice(half) } }] }),
            ]
          }),
          data({}, called.length > 0 ? 'tool_calls' : 'stop'),
          'data: [DONE]\n\n',
        ].join('')
        const joined = (kind: string) => pieces.flatMap((one) => (one.kind === kind ? one.text : [])).join('')
        for (const bytes of split(sent.replaceAll('\n', lineEnd), sizes)) {
          const answer = await read('chat', bytes)
          expect(answer.text).toBe(`.${joined('text')}`)
          expect(answer.reasoning).toBe(joined('reasoning'))
          expect(answer.calls).toEqual(called.map(({ name, args }) => ({ name, args: JSON.stringify(args) })))
          const step: ModelMessage = {
            role: 'assistant',
            content: answer.text,
            toolCalls: answer.calls.map((call, index) => ({ ...call, callId: String(index) })),
          }
          for (const message of messagesToWire([step])) {
            for (const call of 'tool_calls' in message ? (message.tool_calls ?? []) : []) {
              if (call.type === 'function') expect(call.function.name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/u)
            }
          }
          for (const item of messagesToInput([step]).input) {
            if (item.type === 'function_call') expect(item.name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/u)
          }
        }
      },
    ),
    { numRuns: 60 },
  )
})
