import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createApiReference } from './api-reference.ts'
import { readProcedures } from '../src/api/openapi/read-procedures.ts'
import { schemaToShape } from './schema-to-shape.ts'

const written = readFileSync(new URL('../../docs/API.md', import.meta.url), 'utf8')

test('docs/API.md describes the router as it is', () => {
  expect(written === createApiReference(), 'run `npm run docs`').toBe(true)
})

test('every procedure has a section', () => {
  const missing = readProcedures().filter(({ path }) => !written.includes(`### ${path}\n`))
  expect(missing).toEqual([])
})

test('limits and defaults are in the shapes', () => {
  expect(written).toContain('limit?: 1..100 = 30')
  expect(written).toContain('content: string (1 to 10000 characters, or as many as system.info says; may be empty with files)')
})

test('a union of objects has one member a line', () => {
  const object = (name: string) => ({ type: 'object', properties: { [name]: { type: 'string' } }, required: [name] })
  expect(schemaToShape({ anyOf: [object('a'), object('b')] })).toBe('\n  | { a: string }\n  | { b: string }')
})
