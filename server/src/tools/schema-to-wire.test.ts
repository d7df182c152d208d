import { uuidSchema, visibleTextSchema } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { plannerTools } from '../planner/tools/planner-tools.ts'
import { schemaToWire } from './schema-to-wire.ts'

test('a schema loses what some provider refuses and keeps what tells a model what to send', () => {
  const input = z.strictObject({
    title: visibleTextSchema(200).describe('The title'),
    id: uuidSchema.optional(),
    date: z.iso.date().describe('YYYY-MM-DD'),
    note: z.string().max(50).nullable().describe('A note'),
    count: z.number().int().positive(),
    share: z.number().gt(0).lt(1).optional(),
    kind: z.literal('fixed'),
    status: z.enum(['all', 'pending']).default('all'),
    flag: z.boolean().nullish(),
    tags: z.array(z.string().regex(/^a/u)).optional(),
  })
  expect(schemaToWire(input)).toEqual({
    type: 'object',
    properties: {
      title: { type: 'string', description: 'The title' },
      id: { type: 'string' },
      date: { type: 'string', description: 'YYYY-MM-DD' },
      note: { type: 'string', maxLength: 50, description: 'A note' },
      count: { type: 'integer', minimum: 1 },
      share: { type: 'number', minimum: 0, maximum: 1 },
      kind: { type: 'string', enum: ['fixed'] },
      status: { type: 'string', enum: ['all', 'pending'] },
      flag: { type: 'boolean' },
      tags: { type: 'array', items: { type: 'string' } },
    },
    required: ['title', 'date', 'count', 'kind'],
  })
})

test('references are written out', () => {
  const date = z.string().meta({ id: 'Date', description: 'A date' })
  expect(schemaToWire(z.strictObject({ from: date, to: date.optional() }))).toEqual({
    type: 'object',
    properties: { from: { type: 'string', description: 'A date' }, to: { type: 'string', description: 'A date' } },
    required: ['from'],
  })
})

test.each([
  ['an object', z.strictObject({ inner: z.object({ a: z.string() }) })],
  ['a list of objects', z.strictObject({ list: z.array(z.object({ a: z.string() })) })],
  ['two types', z.strictObject({ either: z.union([z.string(), z.number()]) })],
  ['anything', z.strictObject({ any: z.unknown() })],
])('an argument that is %s is no argument of a tool', (_what, input) => {
  expect(() => schemaToWire(input)).toThrow('argument')
})

test('the tools that a model is offered', async () => {
  const offered = plannerTools.map(({ name, description, parameters }) => ({ name, description, parameters }))
  const text = JSON.stringify(offered, null, 2)
  for (const refused of [
    '$schema',
    '$ref',
    'pattern"',
    'additionalProperties',
    'default"',
    'exclusive',
    'const"',
    'null',
    'anyOf',
    'format"',
  ]) {
    expect(text).not.toContain(refused)
  }
  await expect(`${text}\n`).toMatchFileSnapshot('../planner/tools/planner-tools.snap')
})
