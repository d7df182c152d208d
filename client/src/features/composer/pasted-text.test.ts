import fc from 'fast-check'
import { expect, test } from 'vitest'
import { draftToWritten, writtenToContent, writtenToDraft } from './pasted-text.ts'

test('pasted text is a quotation below the typed text', () => {
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
    expect(draftToWritten(typed)).toEqual({ typed, pasted: [], files: [] })
  },
)

test('typed text, pasted text and files survive a round trip', () => {
  const text = fc.array(fc.constantFrom('a', 'é', '👩‍🚀', '`', '```', '````', '```pasted', '\n', '\n\n', ' ', 'pasted'), {
    maxLength: 12,
  })
  const written = fc.record({
    typed: text.map((pieces) => `t${pieces.join('')}.`),
    pasted: fc.array(
      text.map((pieces) => pieces.join('')),
      { maxLength: 3 },
    ),
    files: fc.array(fc.record({ fileId: fc.uuid(), name: fc.constantFrom('a.png', 'my report (2).pdf', 'é👩‍🚀') }), {
      maxLength: 3,
    }),
  })
  fc.assert(
    fc.property(written, (value) => {
      expect(draftToWritten(writtenToDraft(value))).toEqual(value)
    }),
    { numRuns: 2_000 },
  )
})

test('a draft names its files in a last block, the message does not', () => {
  const written = {
    typed: 'Look',
    pasted: [],
    files: [{ fileId: '0198c0de-0000-7000-8000-000000000001', name: 'a `b`\nc.png' }],
  }
  expect(writtenToDraft(written)).toBe('Look\n\n```files\n0198c0de-0000-7000-8000-000000000001 a  b  c.png\n```')
  expect(writtenToContent(written)).toBe('Look')
  const other = 'Look\n\n```files\nnot an id a.png\n```'
  expect(draftToWritten(other), 'what a person typed stays text').toEqual({ typed: other, pasted: [], files: [] })
})
