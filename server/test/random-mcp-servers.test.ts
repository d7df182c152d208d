import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as readText } from 'node:stream/consumers'
import type { Message } from '@holdfast/shared'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { messageToModel } from '../src/generation/prompt/message-to-model.ts'
import { createKnownInMemory } from './mcp/known-in-memory.ts'
import { createMcpConnections } from '../src/mcp-client/mcp-connections.ts'
import { messagesToInput } from '../src/models/openai/messages-to-input.ts'
import { messagesToWire, toolsToWire } from '../src/models/openai/messages-to-wire.ts'
import { createLogger } from '../src/platform/logger.ts'

const anyText = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.constantFrom('\u0000', '\ud83d', '</think>', 'a\nb'))
const anyJson = fc.jsonValue({ maxDepth: 3 })

/** Any JSON schema of an object, as far as MCP allows: references, unions, rules that hardly any provider knows. */
const { property } = fc.letrec((tie) => ({
  property: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<unknown>(true, {}, { type: 'string', format: 'date', pattern: '^a+$' }, { type: ['integer', 'null'] }),
    fc.record({ type: fc.constantFrom('string', 'number', 'boolean', 'null'), description: anyText, default: anyJson }),
    fc.record({ enum: fc.array(anyJson, { minLength: 1, maxLength: 4 }) }),
    fc.record({ const: anyJson }),
    fc.record({ $ref: fc.constantFrom('#/$defs/node', '#/$defs/missing', '#', 'https://example.com/schema') }),
    fc.record({ type: fc.constant('array'), items: tie('property'), minItems: fc.nat(3) }),
    fc.record({ anyOf: fc.array(tie('property'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ type: fc.constant('object'), properties: fc.dictionary(anyText, tie('property'), { maxKeys: 3 }) }),
  ),
}))
const inputSchema = fc.record(
  {
    type: fc.constant('object'),
    properties: fc.dictionary(anyText, property, { maxKeys: 4 }),
    required: fc.array(anyText, { maxLength: 3 }),
    $defs: fc.record({ node: property }),
    additionalProperties: fc.oneof(fc.boolean(), property),
  },
  { requiredKeys: ['type'] },
)
const tool = fc.record(
  {
    name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 130 }),
    inputSchema,
    title: anyText,
    description: anyText,
    annotations: fc.record({ readOnlyHint: fc.boolean(), destructiveHint: fc.boolean(), title: anyText }, { requiredKeys: [] }),
    outputSchema: fc.constant({ type: 'object' }),
  },
  { requiredKeys: ['name', 'inputSchema'] },
)
const base64 = fc.base64String({ maxLength: 40 })
const block = fc.oneof(
  fc.record({ type: fc.constant('text'), text: fc.oneof(anyText, fc.json({ maxDepth: 2 })) }),
  fc.record({ type: fc.constantFrom('image', 'audio'), data: base64, mimeType: fc.constantFrom('image/png', 'audio/wav') }),
  fc.record({ type: fc.constant('resource_link'), uri: fc.webUrl(), name: anyText }),
  fc.record({
    type: fc.constant('resource'),
    resource: fc.oneof(fc.record({ uri: fc.webUrl(), text: anyText }), fc.record({ uri: fc.webUrl(), blob: base64 })),
  }),
)
const result = fc.record(
  {
    content: fc.array(block, { maxLength: 4 }),
    structuredContent: fc.dictionary(anyText, anyJson, { maxKeys: 3 }),
    isError: fc.boolean(),
  },
  { requiredKeys: ['content'] },
)
type Served = Readonly<{ tools: { name: string }[]; results: object[] }>
const served: fc.Arbitrary<Served> = fc.record({
  tools: fc.uniqueArray(tool, { selector: ({ name }) => name, minLength: 1, maxLength: 20 }),
  results: fc.array(result, { minLength: 1, maxLength: 10 }),
})

/** A server that answers with these, over the wire. */
async function serve({ tools, results }: Served) {
  let calls = 0
  const http = createServer(async (request, response) => {
    const { id, method } = JSON.parse((await readText(request)) || '{}') as { id?: number; method?: string }
    if (request.method !== 'POST' || id === undefined) return void response.writeHead(request.method === 'POST' ? 202 : 405).end()
    const answers: Readonly<Record<string, object | undefined>> = {
      initialize: { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'x', version: '1' } },
      'tools/list': { tools },
      'tools/call': results[calls % results.length],
    }
    if (method === 'tools/call') calls += 1
    const answered = answers[method ?? '']
    const answer = answered ? { result: answered } : { error: { code: -32_601, message: 'Method not found' } }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const url = new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`)
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      http.closeAllConnections()
      await http[Symbol.asyncDispose]()
    },
  }
}

const wireName = /^[a-zA-Z0-9_-]{1,64}$/u

test('any MCP server that the protocol allows gives tools that providers take, and results that leave a valid history', async () => {
  await fc.assert(
    fc.asyncProperty(served, async (random) => {
      await using server = await serve(random)
      const config = {
        kind: 'http',
        name: 'any',
        url: server.url,
        headers: {},
        allowedTools: null,
        trusted: true,
        timeoutMs: 30_000,
      } as const
      await using connections = createMcpConnections({ logger: createLogger('silent'), known: createKnownInMemory() }, [config], {
        patienceMs: 30_000,
      })
      const tools = await connections.list()
      expect(tools, 'every tool is there').toHaveLength(random.tools.length)
      expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length)
      for (const offered of toolsToWire(tools)) {
        expect(offered).toMatchObject({ function: { name: expect.stringMatching(wireName), parameters: { type: 'object' } } })
      }
      const parts: Message['parts'] = []
      for (const [index, { name }] of tools.entries()) {
        const outcome = await connections.call(name, {}, new AbortController().signal)
        expect(outcome, 'it was answered').not.toHaveProperty('unknown')
        // The ledger and the log keep it as JSON.
        expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome)
        const ended = 'error' in outcome ? { state: 'failed' as const } : { state: 'done' as const }
        parts.push({ type: 'tool-call', callId: `call-${index}`, name, args: {}, ...ended, ...outcome })
      }
      const message = { id: 'answer', role: 'assistant', status: 'completed', content: '', parts } as unknown as Message
      const record = { stepOf: new Map<string, number>(), lastStepOf: new Map(), replays: new Map(), extras: new Map() }
      const history = messageToModel(message, record as unknown as Parameters<typeof messageToModel>[1], new Map())
      const wire = messagesToWire(history)
      const calls = wire.flatMap((one) => ('tool_calls' in one ? (one.tool_calls ?? []).map(({ id }) => id) : []))
      const answered = wire.flatMap((one) => (one.role === 'tool' ? [one.tool_call_id] : []))
      expect(answered, 'each call has one result, in order').toEqual(calls)
      expect(calls).toHaveLength(tools.length)
      expect(JSON.stringify(wire).isWellFormed()).toBe(true)
      const { input } = messagesToInput(history)
      const outputs = input.filter((item) => item.type === 'function_call_output')
      expect(outputs).toHaveLength(tools.length)
    }),
    { numRuns: 12 },
  )
})
