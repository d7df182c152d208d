import { expect, test } from 'vitest'
import { isTooDeep } from './json-depth.ts'
import { readArguments } from './tool-arguments.ts'

test.each([
  ['', {}],
  [' null ', {}],
  ['{"a":null}', { a: null }],
  ['not json', 'not json'],
  ['{"id":12345678901234567890,"n":1.5,"m":-7}', { id: '12345678901234567890', n: 1.5, m: -7 }],
])('%j is read as %j', (written, expected) => {
  expect(readArguments(written)).toEqual(expected)
})

test('arguments of too many levels stay text (attack G3)', () => {
  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
  expect(readArguments(deep(50))).toBeInstanceOf(Array)
  expect(readArguments(deep(5_000))).toBe(deep(5_000))
  expect(isTooDeep(JSON.parse(deep(100)))).toBe(false)
  expect(isTooDeep(JSON.parse(deep(102)))).toBe(true)
})
