import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createToolCallMerge } from './tool-call-merge.ts'

function merge(deltas: readonly unknown[]): { name: string; args: string }[] {
  const merged = createToolCallMerge()
  for (const delta of deltas) merged.add(delta)
  return merged.calls().map(({ name, args }) => ({ name, args }))
}

const args = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 }).map((value) => JSON.stringify(value))

test('arguments come together from any pieces, with any of the ways to name their call', () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 30 })
  const style = fc.constantFrom('index', 'id', 'index and id', 'first id only', 'nothing')
  fc.assert(
    fc.property(fc.array(fc.tuple(args, cuts), { minLength: 1, maxLength: 3 }), style, (calls, how) => {
      const deltas = calls.flatMap(([json, sizes], index) => {
        let start = 0
        const pieces = [...sizes.map((size) => json.slice(start, (start += size))), json.slice(start)]
        return pieces.map((piece, at) => ({
          ...(how.includes('index') && { index }),
          ...((how.includes('id') && !how.startsWith('first')) || (how.startsWith('first') && at === 0)
            ? { id: `id${index}` }
            : {}),
          function: { ...(at === 0 && { name: `tool${index}` }), arguments: piece },
        }))
      })
      expect(merge(deltas)).toEqual(calls.map(([json], index) => ({ name: `tool${index}`, args: json })))
    }),
  )
})

test.each([
  [
    'an id used twice, with different numbers',
    [
      { index: 0, id: 'x', function: { name: 'a', arguments: '{"x":1}' } },
      { index: 1, id: 'x', function: { name: 'a', arguments: '{"x":2}' } },
    ],
    [
      { name: 'a', args: '{"x":1}' },
      { name: 'a', args: '{"x":2}' },
    ],
  ],
  [
    'a new id on each delta',
    [
      { index: 0, id: 'x', function: { name: 'a', arguments: '{"x"' } },
      { index: 0, id: 'y', function: { arguments: ':1}' } },
    ],
    [{ name: 'a', args: '{"x":1}' }],
  ],
  [
    'a whole call sent again at the end',
    [
      { index: 0, id: 'x', function: { name: 'a', arguments: '{"x":1}' } },
      { index: 0, id: 'x', function: { name: 'a', arguments: '{"x":1}' } },
    ],
    [{ name: 'a', args: '{"x":1}' }],
  ],
  [
    'empty arguments before the real ones',
    [
      { index: 0, id: 'x', function: { name: 'a', arguments: '{}' } },
      { index: 0, function: { arguments: '{"x"' } },
      { index: 0, function: { arguments: ':1}' } },
    ],
    [{ name: 'a', args: '{"x":1}' }],
  ],
  [
    'a number only from the second delta on',
    [
      { id: 'x', function: { name: 'a', arguments: '{"x"' } },
      { index: 0, function: { arguments: ':1}' } },
    ],
    [{ name: 'a', args: '{"x":1}' }],
  ],
  ['things that are no calls', [null, 'x', [], {}, { index: 0 }], []],
])('%s', (_name, deltas, expected) => {
  expect(merge(deltas)).toEqual(expected)
})
