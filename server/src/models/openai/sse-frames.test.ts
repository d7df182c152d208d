import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFrameFilter } from './sse-frames.ts'

/** The text that passes the filter when it arrives in pieces of these sizes. */
function filter(text: string, sizes: readonly number[] = []): { passed: string; sawDone: boolean } {
  const frames = createFrameFilter()
  const bytes = Buffer.from(text)
  const passed: Uint8Array[] = []
  let start = 0
  for (const size of [...sizes, bytes.length]) {
    const piece = frames.push(bytes.subarray(start, start + size))
    if (piece) passed.push(piece)
    start += size
  }
  const last = frames.flush()
  return { passed: Buffer.concat(last ? [...passed, last] : passed).toString('utf8'), sawDone: frames.sawDone }
}

const stream =
  '\n\n\ndata: {"a":"日本"}\n\n: ping\n\nevent: ping\n\n\n\n\ndata:\n\ndata: [1]\nid: 3\n\nevent: error\ndata: "x"\n\ndata: [DONE]\n\n'
const passed = 'data: {"a":"日本"}\n\ndata: [1]\nid: 3\n\nevent: error\ndata: "x"\n\ndata: [DONE]\n\n'

test('frames with data pass unchanged and the others do not', () => {
  expect(filter(stream)).toEqual({ passed, sawDone: true })
})

test('however the bytes are split and whatever ends a line', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 200 })
  fc.assert(
    fc.property(sizes, fc.constantFrom('\n', '\r\n', '\r'), (pieces, lineEnd) => {
      expect(filter(stream.replaceAll('\n', lineEnd), pieces)).toEqual({ passed, sawDone: true })
    }),
  )
})

test('any bytes at all come to an end', () => {
  const pieces = fc.array(fc.constantFrom('\n', '\r', 'data: 1', 'data:', 'x', ':'), { maxLength: 30 })
  fc.assert(
    fc.property(pieces, fc.array(fc.integer({ min: 0, max: 3 })), (text, sizes) => {
      expect(filter(text.join(''), sizes).sawDone).toBe(false)
    }),
  )
})

test('the last frame may lack its blank line, but not its end', () => {
  expect(filter('data: {"a":1}').passed).toBe('data: {"a":1}\n\n')
  expect(filter('data: [DONE]')).toEqual({ passed: 'data: [DONE]\n\n', sawDone: true })
  expect(filter('data: {"a":1').passed).toBe('')
})

test('a stream is not done before it says so', () => {
  expect(filter('data: {"text":"[DONE]"}\n\n').sawDone).toBe(false)
})

test('a frame that never ends is refused (attack G15)', () => {
  const frames = createFrameFilter()
  const piece = Buffer.alloc(1024 * 1024, 'x')
  expect(() => {
    for (let index = 0; index < 70; index += 1) frames.push(piece)
  }).toThrow(expect.objectContaining({ code: 'provider-malformed' }))
})
