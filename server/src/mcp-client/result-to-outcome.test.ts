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
])('%s', async (_what, result, expected) => {
  expect(await resultToOutcome(result)).toEqual({ result: expected })
})

test('an error is its text, cut where it is long, and never empty', async () => {
  expect(await resultToOutcome({ content: [text('no such file')], isError: true })).toEqual({ error: 'no such file' })
  expect(await resultToOutcome({ content: [], isError: true })).toEqual({ error: 'the tool failed and did not say why' })
  const long = await resultToOutcome({ content: [text('x'.repeat(100_000))], isError: true })
  expect('error' in long ? long.error.length : 0).toBe(4_000)
})

test('B22 an error keeps its structured content', async () => {
  const result = { content: [text('Failed.')], structuredContent: { code: 7 }, isError: true }
  expect(await resultToOutcome(result)).toEqual({ error: 'Failed.\n{"code":7}' })
})

test('a result of 5,000 levels is an error', async () => {
  const deep: unknown = JSON.parse('{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000))
  const error = 'the result is nested more than 100 levels deep'
  expect(await resultToOutcome({ content: [], structuredContent: deep as Record<string, unknown> })).toEqual({ error })
  expect(await resultToOutcome({ content: [text('['.repeat(5_000) + ']'.repeat(5_000))] })).toEqual({ error })
})

test('a file that is kept is named as it is called, and one that is not says why', async () => {
  const asked: object[] = []
  const outcome = await resultToOutcome(
    {
      content: [
        { type: 'image', mimeType: 'image/png', data: 'AAAA' },
        { type: 'audio', mimeType: 'audio/mpeg', data: 'BBBB' },
        { type: 'resource', resource: { uri: 'file:///a/my%20chart.png?x=1', blob: 'CCCC' } },
      ],
    },
    async (file) => {
      asked.push(file)
      return file.base64 === 'BBBB'
        ? { refused: 'The recording is damaged.' }
        : { name: `${file.name}!`, mediaType: 'image/webp', bytes: 7 }
    },
  )
  expect(asked).toEqual([
    { base64: 'AAAA', name: 'picture', kind: 'picture' },
    { base64: 'BBBB', name: 'recording', kind: 'any' },
    { base64: 'CCCC', name: 'my chart.png', kind: 'any' },
  ])
  const kept = {
    mimeType: 'image/webp',
    bytes: 7,
    note: 'kept as a file and shown to the user; you see its content only where it is attached',
  }
  expect(outcome).toEqual({
    result: [
      { type: 'image', name: 'picture!', ...kept },
      { type: 'audio', mimeType: 'audio/mpeg', bytes: 3, note: 'not kept: The recording is damaged.' },
      { type: 'resource', uri: 'file:///a/my%20chart.png?x=1', name: 'my chart.png!', ...kept },
    ],
  })
})
