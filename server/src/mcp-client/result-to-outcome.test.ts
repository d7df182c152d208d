import { expect, test } from 'vitest'
import { resultToOutcome } from './result-to-outcome.ts'

const text = (value: string) => ({ type: 'text' as const, text: value })

test.each([
  ['structured content and its text are one', { content: [text('{"a":1}')], structuredContent: { a: 1 } }, { a: 1 }],
  [
    'B21 words beside structured content are kept',
    { content: [text('IMPORTANT'), text('{"n":2}')], structuredContent: { n: 2 } },
    { structured: { n: 2 }, content: ['IMPORTANT'] },
  ],
  ['a text that is JSON is read', { content: [text(' {"a":[1]}')] }, { a: [1] }],
  ['a text that only looks like it stays a text', { content: [text('[not json')] }, '[not json'],
  ['a number stays what was said', { content: [text('42')] }, '42'],
  ['several blocks are a list', { content: [text('one'), text('{"two":2}')] }, ['one', '{"two":2}']],
  ['nothing is an empty list', { content: [] }, []],
  [
    'a picture is named, not kept',
    { content: [{ type: 'image' as const, mimeType: 'image/png', data: 'AAAA' }] },
    { type: 'image', mimeType: 'image/png', bytes: 3, note: 'not kept' },
  ],
])('%s', (_what, result, expected) => {
  expect(resultToOutcome(result)).toEqual({ result: expected })
})

test('an error is its text, cut where it is long, and never empty', () => {
  expect(resultToOutcome({ content: [text('no such file')], isError: true })).toEqual({ error: 'no such file' })
  expect(resultToOutcome({ content: [], isError: true })).toEqual({ error: 'the tool failed and did not say why' })
  const long = resultToOutcome({ content: [text('x'.repeat(100_000))], isError: true })
  expect('error' in long ? long.error.length : 0).toBe(4_000)
})

test('B22 an error keeps its structured content', () => {
  const result = { content: [text('Failed.')], structuredContent: { code: 7 }, isError: true }
  expect(resultToOutcome(result)).toEqual({ error: 'Failed.\n{"code":7}' })
})

test('a result of 5,000 levels is an error', () => {
  const deep: unknown = JSON.parse('{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000))
  const error = 'the result is nested more than 100 levels deep'
  expect(resultToOutcome({ content: [], structuredContent: deep as Record<string, unknown> })).toEqual({ error })
  expect(resultToOutcome({ content: [text('['.repeat(5_000) + ']'.repeat(5_000))] })).toEqual({ error })
})
