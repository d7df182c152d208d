import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { toNodeHandler, type NodeIncomingMessageLike } from '@modelcontextprotocol/node'
import { createMcpHandler, Server, type CallToolResult, type InputRequiredResult, type Tool } from '@modelcontextprotocol/server'
import { serveTasks, type ServedTask } from './served-tasks.ts'

export interface ServedTool extends Partial<Omit<Tool, 'name'>> {
  readonly name: string
  readonly run?: (args: Record<string, unknown>, call: ServedCall) => Promise<ServedResult> | ServedResult
}

type ServedResult = CallToolResult | InputRequiredResult | ServedTask

/** What a call brings besides its arguments. */
export interface ServedCall {
  /** `_meta.idempotencyKey`. */
  readonly key: unknown
  /** In the newer version of the protocol: the answers to the questions of the round before. */
  readonly answers: Readonly<Record<string, unknown>> | undefined
  readonly state: unknown
  /** Aborts when the client gives the call up. */
  readonly signal: AbortSignal
  readonly progress: (progress: number, message: string) => Promise<void>
}

/** Somebody else's MCP server on a real socket, which does what a test tells it and remembers what it was asked. */
export interface ToolServer extends AsyncDisposable {
  readonly url: string
  /** The calls that have arrived, in order. */
  readonly calls: readonly { readonly name: string; readonly args: Readonly<Record<string, unknown>> }[]
  /** The idempotency keys of these calls. */
  readonly keys: readonly unknown[]
  /** The `authorization` header of each request. */
  readonly tokens: readonly (string | undefined)[]
  /** The number of HTTP requests that have arrived. */
  readonly requests: number
  /** Resolves when so many calls have arrived. */
  readonly called: (count: number) => Promise<void>
  setTools(tools: readonly ServedTool[]): void
  /** Answers every request in this way until it is given null. */
  intercept(answer: ((request: IncomingMessage, response: ServerResponse) => void) | null): void
  /** Closes every connection immediately, as the end of its process would. */
  dropConnections(): void
  /** Stops listening, too; `start` listens on the same port again. */
  stop(): Promise<void>
  start(): Promise<void>
}

export function textResult(text: string): CallToolResult {
  return { content: [{ type: 'text', text }] }
}

export async function createToolServer(tools: readonly ServedTool[]): Promise<ToolServer> {
  let served = tools
  let intercept: ((request: IncomingMessage, response: ServerResponse) => void) | null = null
  let requests = 0
  let port = 0
  const calls: { name: string; args: Record<string, unknown> }[] = []
  const keys: unknown[] = []
  const tokens: (string | undefined)[] = []
  const waiting = new Set<() => void>()
  const record: RecordCall = (name, args, key) => {
    calls.push({ name, args })
    keys.push(key)
    for (const check of waiting) check()
  }
  const handler = toNodeHandler(createMcpHandler(() => createProtocolServer(() => served, record)))
  const server = createServer((request, response) => {
    requests += 1
    tokens.push(request.headers.authorization)
    if (intercept) intercept(request, response)
    else void handler(request as NodeIncomingMessageLike, response)
  })
  const start = async () => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  }
  const stop = async () => {
    if (!server.listening) return
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  await start()
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    calls,
    keys,
    tokens,
    get requests() {
      return requests
    },
    called: (count) =>
      new Promise((resolve) => {
        const check = () => {
          if (calls.length < count) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
    setTools: (next) => {
      served = next
    },
    intercept: (answer) => {
      intercept = answer
    },
    dropConnections: () => server.closeAllConnections(),
    stop,
    start,
    [Symbol.asyncDispose]: stop,
  }
}

type RecordCall = (name: string, args: Record<string, unknown>, key: unknown) => void

/** The protocol's part, for HTTP and stdio alike. */
export function createProtocolServer(tools: () => readonly ServedTool[], record: RecordCall = () => {}): Server {
  const server = new Server(
    { name: 'tools', version: '1.0.0' },
    { capabilities: { tools: { listChanged: true }, ...serveTasks.capabilities } },
  )
  serveTasks(server)
  server.setRequestHandler('tools/list', () => ({
    tools: tools().map(({ run: _, ...tool }) => ({ inputSchema: { type: 'object' as const }, ...tool })),
  }))
  server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) => {
    const args = params.arguments ?? {}
    const meta = mcpReq._meta
    const key = meta?.['idempotencyKey']
    record(params.name, args, key)
    const tool = tools().find(({ name }) => name === params.name)
    if (!tool?.run) return textResult(`${params.name} ${JSON.stringify(args)}`)
    return (await tool.run(args, {
      key,
      answers: mcpReq.inputResponses,
      state: mcpReq.requestState(),
      signal: mcpReq.signal,
      progress: async (progress, message) => {
        const progressToken = meta?.progressToken
        if (progressToken !== undefined)
          await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 10, message } })
      },
    })) as CallToolResult
  })
  return server
}
