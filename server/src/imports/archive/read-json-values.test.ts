import { Readable } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readJsonValues, type JsonPath, type ReadJsonOptions } from './read-json-values.ts'

async function readAll(json: string, options: ReadJsonOptions, chunkLength = 5): Promise<{ path: string; value: unknown }[]> {
  const bytes = Buffer.from(json)
  const chunks: Buffer[] = []
  for (let from = 0; from < bytes.length; from += chunkLength) chunks.push(bytes.subarray(from, from + chunkLength))
  const values: { path: string; value: unknown }[] = []
  for await (const { path, value } of readJsonValues(Readable.from(chunks), options)) values.push({ path: path.join('.'), value })
  return values
}

const items = (path: JsonPath) => path.join('.') === '[]'

test('any JSON comes out of the stream as JSON.parse reads it, however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue()), fc.integer({ min: 1, max: 9 }), async (list, chunkLength) => {
      const json = JSON.stringify(list)
      const values = await readAll(json, { wants: items }, chunkLength)
      expect(values.map(({ value }) => value)).toEqual(JSON.parse(json))
    }),
    { numRuns: 60 },
  )
})

test('wanted values are found at their places; the others are told by their paths', async () => {
  const others: [string, unknown][] = []
  const values = await readAll('{"v":1,"a":{"b":[{"c":[1]},[2]],"d":null},"a2":{"b":[3]}}', {
    wants: (path) => path.join('.') === 'a.b.[]',
    onOther: (path, value) => others.push([path.join('.'), value]),
  })
  expect(values).toEqual([
    { path: 'a.b.[]', value: { c: [1] } },
    { path: 'a.b.[]', value: [2] },
  ])
  expect(others).toEqual([
    ['', undefined],
    ['v', 1],
    ['a', undefined],
    ['a.b', undefined],
    ['a.d', null],
    ['a2', undefined],
    ['a2.b', undefined],
    ['a2.b.[]', 3],
  ])
})

test('a value beyond the limit is skipped and named, and the next one is read', async () => {
  const long = ['x'.repeat(30), 'y'.repeat(30), 'z'.repeat(30)]
  const values = await readAll(JSON.stringify([long, 'short']), { wants: items, maxLength: 50 })
  expect(values).toEqual([
    { path: '[]', value: undefined },
    { path: '[]', value: 'short' },
  ])
})

test.each([
  ['a text that never ends', `["${'x'.repeat(200)}"]`, 'too long'],
  ['a document that is cut off', '[{"a":1},{"b"', 'not complete JSON'],
  ['no JSON at all', '<html>', 'not complete JSON'],
  ['arrays in arrays without end', '['.repeat(20_050), 'nested too deeply'],
])('%s is refused with words for a person', async (_name, json, words) => {
  const reading = readAll(json, { wants: () => false, maxLength: 50 }, 20)
  await expect(reading).rejects.toThrow(
    expect.objectContaining({ name: 'ImportFileError', message: expect.stringContaining(words) }),
  )
})
