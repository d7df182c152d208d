import { expect, test } from 'vitest'
import { jsonSchemaToWire } from './json-schema-to-wire.ts'

test('keywords that providers refuse are removed, those that describe the arguments to a model are kept', () => {
  expect(
    jsonSchemaToWire({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      additionalProperties: false,
      required: ['path', 'gone'],
      properties: {
        path: { type: 'string', description: 'Where', pattern: '^/', format: 'uri', minLength: 1, default: '/' },
        mode: { const: 'fast' },
        depth: { type: ['integer', 'null'], exclusiveMinimum: 0 },
        to: { $ref: '#/$defs/place', description: 'Target' },
        list: { type: 'array', items: { oneOf: [{ type: 'string' }, { $ref: '#/$defs/place' }] } },
        pattern: { type: 'string' },
      },
      $defs: { place: { type: 'object', properties: { x: { type: 'number' } }, additionalProperties: false } },
    }),
  ).toEqual({
    type: 'object',
    required: ['path'],
    properties: {
      path: { type: 'string', description: 'Where', minLength: 1 },
      mode: { enum: ['fast'] },
      depth: { type: 'integer', minimum: 0 },
      to: { type: 'object', properties: { x: { type: 'number' } }, description: 'Target' },
      list: {
        type: 'array',
        items: { anyOf: [{ type: 'string' }, { type: 'object', properties: { x: { type: 'number' } } }] },
      },
      pattern: { type: 'string' },
    },
  })
})

test.each([
  ['nothing', undefined],
  ['no object', 'text'],
  ['one that unfolds without end', bomb()],
  ['one that is too large', { type: 'object', properties: { a: { type: 'string', description: 'x'.repeat(20_000) } } }],
])('%s becomes any object', (_what, schema) => {
  expect(jsonSchemaToWire(schema)).toEqual({ type: 'object', properties: {} })
})

test('a tree may refer to itself: there, anything goes', () => {
  const node = {
    type: 'object',
    properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
  }
  expect(
    jsonSchemaToWire({ type: 'object', properties: { root: { $ref: '#/$defs/node' }, all: { $ref: '#' } }, $defs: { node } }),
  ).toEqual({
    type: 'object',
    properties: {
      root: { type: 'object', properties: { name: { type: 'string' }, children: { type: 'array', items: {} } } },
      all: {},
    },
  })
})

test('a reference to elsewhere is not followed', () => {
  expect(jsonSchemaToWire({ type: 'object', properties: { a: { $ref: 'https://example.com/schema' } } })).toEqual({
    type: 'object',
    properties: { a: {} },
  })
})

/** Each definition refers twice to the next: 2^40 parts. */
function bomb() {
  const double = (index: number) => ({
    type: 'object',
    properties: { a: { $ref: `#/$defs/d${index}` }, b: { $ref: `#/$defs/d${index}` } },
  })
  const definitions = Array.from({ length: 40 }, (_, index) => [`d${index}`, double(index + 1)] as const)
  return { ...double(0), $defs: Object.fromEntries(definitions) }
}
