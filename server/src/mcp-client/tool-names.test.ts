import { expect, test } from 'vitest'
import { toToolName } from './tool-names.ts'

test('a name that providers take stays as it is, with the name of its server before it', () => {
  expect(toToolName('files', 'read_file')).toBe('mcp__files__read_file')
  expect(toToolName('a', '_x')).not.toBe(toToolName('a-b', 'x'))
})

test('one that they refuse is made fit, and stays apart from those that look like it', () => {
  const names = ['read.file', 'read/file', 'read file', 'read_file', 'read•file'].map((tool) => toToolName('files', tool))
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(name).toMatch(/^mcp__files__read_file(?:_[0-9a-f]{8})?$/u)
})

test('a long one is cut to 64 characters, and two that begin alike stay two', () => {
  const names = ['a', 'b'].map((end) => toToolName('a-server-of-24-characters', `${'x'.repeat(100)}${end}`))
  expect(new Set(names).size).toBe(2)
  for (const name of names) expect(name).toHaveLength(64)
  expect(toToolName('s', 'y'.repeat(56))).toHaveLength(64)
  expect(toToolName('s', 'y'.repeat(56))).toBe(`mcp__s__${'y'.repeat(56)}`)
})
