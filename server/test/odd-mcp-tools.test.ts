import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as readText } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { createKnownInMemory } from './mcp/known-in-memory.ts'
import { createMcpConnections } from '../src/mcp-client/mcp-connections.ts'
import { createLogger } from '../src/platform/logger.ts'

const good = { name: 'good', inputSchema: { type: 'object', properties: {} } }
const tools = [
  good,
  { name: 'any', inputSchema: { anyOf: [{ type: 'object' }] } },
  { name: 'results', inputSchema: { type: 'object' }, outputSchema: { properties: {} } },
  { name: 'word', inputSchema: { type: 'string' } },
  { name: 'bare', description: null },
]
const content = [
  { type: 'chart', points: [1] },
  { type: 'text', text: null },
  { type: 'text', text: 'fine' },
]

const results: Readonly<Record<string, object>> = {
  initialize: { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'odd', version: '1' } },
  'tools/list': { tools },
  'tools/call': { content },
}

test('B26 odd tools and odd results of a server hide nothing but themselves', async () => {
  await using http = createServer(async (request, response) => {
    const { id, method } = JSON.parse((await readText(request)) || '{}') as { id?: number; method?: string }
    if (request.method !== 'POST' || id === undefined) return void response.writeHead(request.method === 'POST' ? 202 : 405).end()
    const result = results[method ?? '']
    const answer = result ? { result } : { error: { code: -32601, message: 'Method not found' } }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const url = new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`)
  const config = { kind: 'http', name: 'odd', url, headers: {}, allowedTools: null, trusted: false, timeoutMs: 10_000 } as const
  await using connections = createMcpConnections({ logger: createLogger('silent'), known: createKnownInMemory() }, [config], {
    patienceMs: 10_000,
  })
  const names = (await connections.list()).map(({ name }) => name)
  expect(names).toEqual(['mcp__odd__any', 'mcp__odd__bare', 'mcp__odd__good', 'mcp__odd__results'])
  expect(connections.health()).toMatchObject([
    { state: 'connected', tools: 4, error: '1 of its 5 tools cannot be used: word (its input is not an object).' },
  ])
  expect(await connections.call('mcp__odd__good', {}, new AbortController().signal)).toEqual({
    result: ['{"type":"chart","points":[1]}', '', 'fine'],
  })
  http.closeAllConnections()
})
