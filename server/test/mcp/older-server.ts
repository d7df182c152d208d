import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node'
import { Server, type CallToolResult } from '@modelcontextprotocol/server'

interface FormQuestion {
  readonly message: string
  readonly requestedSchema: { type: 'object'; properties: Record<string, { type: 'string' }>; required?: string[] }
}

interface AddressQuestion {
  readonly mode: 'url'
  readonly elicitationId: string
  readonly message: string
  readonly url: string
}

type Ask = (params: FormQuestion | AddressQuestion) => Promise<{ action: string; content?: unknown }>

/**
 * Somebody else's MCP server of the older version of the protocol: it has sessions, and asks its questions in the middle of a call. It has
 * one tool, `wear`.
 */
export async function createOlderServer(
  run: (args: Record<string, unknown>, ask: Ask) => Promise<CallToolResult>,
): Promise<AsyncDisposable & { readonly url: string; readonly calls: number }> {
  const sessions = new Map<string, NodeStreamableHTTPServerTransport>()
  let calls = 0
  const begin = async () => {
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, transport),
    })
    const server = new Server({ name: 'older', version: '1.0.0' }, { capabilities: { tools: {} } })
    server.setRequestHandler('tools/list', () => ({ tools: [{ name: 'wear', inputSchema: { type: 'object' } }] }))
    server.setRequestHandler('tools/call', ({ params }, { mcpReq }) => {
      calls += 1
      // On the stream of this call, as the protocol wants it.
      return run(params.arguments ?? {}, (question) =>
        mcpReq.send({ method: 'elicitation/create', params: { ...question } }, { timeout: 2 ** 31 - 1 }),
      )
    })
    await server.connect(transport)
    return transport
  }
  const http = createServer((request, response) => {
    void (async () => {
      const body = await readBody(request)
      const known = sessions.get(String(request.headers['mcp-session-id']))
      const isFirst = typeof body === 'object' && body !== null && 'method' in body && body.method === 'initialize'
      if (!known && !isFirst) response.writeHead(400, { 'content-type': 'application/json' }).end('{}')
      else await (known ?? (await begin())).handleRequest(request, response, body)
    })()
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    get calls() {
      return calls
    },
    [Symbol.asyncDispose]: async () => {
      http.close()
      http.closeAllConnections()
      await once(http, 'close')
    },
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const said = await text(request)
  return said === '' ? undefined : (JSON.parse(said) as unknown)
}
