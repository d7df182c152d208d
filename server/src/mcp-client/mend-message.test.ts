import { expect, test } from 'vitest'
import { mendMessage, type LeftOutTool } from './mend-message.ts'

const good = { name: 'good', inputSchema: { type: 'object', properties: {} } }

function list(...tools: readonly unknown[]): { names: readonly string[]; leftOut: readonly LeftOutTool[]; tools: unknown } {
  const leftOut: LeftOutTool[] = []
  const mended = mendMessage({ jsonrpc: '2.0', id: 1, result: { tools } }, (odd) => void leftOut.push(...odd))
  const { result } = mended as { result: { tools: { name: string }[] } }
  return { names: result.tools.map(({ name }) => name), leftOut, tools: result.tools }
}

test.each([
  ['no schema', {}],
  ['alternatives at the top', { inputSchema: { anyOf: [{ type: 'object' }] } }],
  ['a schema of results without a type', { inputSchema: { type: 'object' }, outputSchema: { properties: {} } }],
  ['a description that is null', { inputSchema: { type: 'object' }, description: null }],
  ['odd annotations', { inputSchema: { type: 'object' }, annotations: { readOnlyHint: 'yes' } }],
  ['odd required properties', { inputSchema: { type: 'object', properties: [], required: 'x' } }],
])('B26 a tool with %s can be used', (_what, odd) => {
  const { names, leftOut, tools } = list(good, { name: 'odd', ...odd })
  expect(names).toEqual(['good', 'odd'])
  expect(leftOut).toEqual([])
  expect(tools).toMatchObject([good, { inputSchema: { type: 'object' } }])
})

test('B26 a tool that cannot be used hides only itself', () => {
  expect(list(good, { name: 'odd', inputSchema: { type: 'string' } }, null)).toMatchObject({
    names: ['good'],
    leftOut: [
      { name: 'odd', reason: 'its input is not an object' },
      { name: 'number 3', reason: 'it has no name' },
    ],
  })
})

test('B26 odd blocks of a result are text, and everything else stays', () => {
  const content = [
    { type: 'text', text: null },
    { type: 'chart', points: [1] },
    { type: 'text', text: 'x' },
  ]
  expect(mendMessage({ id: 1, result: { content, structuredContent: [1] } }, () => undefined)).toEqual({
    id: 1,
    result: {
      content: [
        { type: 'text', text: '' },
        { type: 'text', text: '{"type":"chart","points":[1]}' },
        { type: 'text', text: 'x' },
        { type: 'text', text: '[1]' },
      ],
    },
  })
  const other = { id: 1, result: { protocolVersion: '2025-06-18' } }
  expect(mendMessage(other, () => undefined)).toBe(other)
})
