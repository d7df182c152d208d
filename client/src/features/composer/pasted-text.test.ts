import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contentToWritten, writtenToContent } from './pasted-text.ts'

test('what was pasted stands below what was typed, as a quotation', () => {
  expect(writtenToContent({ typed: 'Look at this:', pasted: ['line 1\nline 2'] })).toBe(
    'Look at this:\n\n```pasted\nline 1\nline 2\n```',
  )
})

test('a fence inside does not end the quotation', () => {
  expect(writtenToContent({ typed: '', pasted: ['```js\nx\n```'] })).toBe('````pasted\n```js\nx\n```\n````')
})

test.each(['', 'only typed', 'typed\n\n```js\ncode\n```', '```pasted', 'a\n```pasted\nglued\n```'])(
  '%j is typed text',
  (typed) => {
    expect(contentToWritten(typed)).toEqual({ typed, pasted: [] })
  },
)

test('taken apart, it is what was put together, whatever was typed and pasted', () => {
  const text = fc.array(fc.constantFrom('a', 'é', '👩‍🚀', '`', '```', '````', '```pasted', '\n', '\n\n', ' ', 'pasted'), {
    maxLength: 12,
  })
  const written = fc.record({
    typed: text.map((pieces) => `t${pieces.join('')}.`),
    pasted: fc.array(
      text.map((pieces) => pieces.join('')),
      { maxLength: 3 },
    ),
  })
  fc.assert(
    fc.property(written, (value) => {
      expect(contentToWritten(writtenToContent(value))).toEqual(value)
    }),
    { numRuns: 2_000 },
  )
})
