import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  Client,
  ProtocolError,
  ProtocolErrorCode,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import type { Logger } from '../platform/logger.ts'
import { version } from '../platform/version.ts'
import { guardedFetch } from './guarded-fetch.ts'
import { tasksExtension } from './follow-task.ts'
import type { McpServerConfig } from './mcp-server-config.ts'
import { mendMessage, type LeftOutTool } from './mend-message.ts'
import type { Ask } from './ongoing-call.ts'
import { createRawRequests, type RawRequests } from './raw-requests.ts'
import { paramsToForm } from './tool-forms.ts'

/** A program of the older protocol may not answer what the newer one asks first. One that is only slow answers the older question. */
const probeMs = 3_000
const maxPages = 20
const maxStderrLine = 500
/** A program that does not end when it is asked to is killed. */
const goodbyeMs = 1_000

export interface OpenMcpClient {
  readonly use: <Result>(work: (client: Client) => Promise<Result>) => Promise<Result>
  /** As `use`, for a call in the middle of which the server may ask a question: `ask` gets it. */
  readonly useAsking: <Result>(ask: Ask, work: (client: Client) => Promise<Result>) => Promise<Result>
  readonly send: RawRequests['send']
  /** Closes it once it is unused: running requests get their answer. */
  readonly retire: () => Promise<void>
  /** Closes it immediately. A server that is a local program is ended. Never throws. */
  readonly close: () => Promise<void>
}

const clientInfo = { name: 'holdfast', version }
const capabilities = { elicitation: { form: {}, url: {} }, extensions: { [tasksExtension]: {} } }

/**
 * Connects, in either version of the protocol. The client offers the server questions to people, as forms and as addresses to open, and
 * to wait for tasks; no model, no files.
 * `onLost` is called when the connection ends by itself. @throws the error of the connection, after `connectMs` at the latest
 */
export async function openMcpClient(
  deps: { logger: Logger },
  config: McpServerConfig,
  options: {
    connectMs: number
    onLost: () => void
    onToolsChanged: () => void
    onLeftOut: (tools: readonly LeftOutTool[]) => void
  },
): Promise<OpenMcpClient> {
  const { logger } = deps
  const { name } = config
  // Over HTTP there is an answer in any case, but a server may have to wake up first.
  const probeTimeoutMs = config.kind === 'http' ? options.connectMs / 2 : Math.min(probeMs, options.connectMs)
  const client = new Client(clientInfo, {
    capabilities,
    versionNegotiation: { mode: 'auto', probe: { timeoutMs: probeTimeoutMs } },
    inputRequired: { autoFulfill: false },
    listMaxPages: maxPages,
  })
  const transport =
    config.kind === 'http'
      ? new StreamableHTTPClientTransport(config.url, {
          fetch: guardedFetch,
          requestInit: { headers: { ...config.headers } },
        })
      : new StdioClientTransport({
          command: config.command,
          args: [...config.args],
          env: { ...config.env },
          stderr: 'pipe',
          ...(config.cwd === null ? {} : { cwd: config.cwd }),
        })
  let isConnected = false
  if (transport instanceof StdioClientTransport) logStderr(logger, name, transport, () => isConnected)
  const raw = createRawRequests(transport, () => ({ version: client.getNegotiatedProtocolVersion(), clientInfo, capabilities }))
  mendMessages(transport, options.onLeftOut, raw.take)
  const askers = serveQuestions(client)
  client.onerror = (err) => logger.debug({ event: 'mcp-server-error', server: name, err }, 'an MCP server caused an error')
  client.setNotificationHandler('notifications/tools/list_changed', () => options.onToolsChanged())

  const close = async () => {
    client.onclose = () => {}
    const pid = transport instanceof StdioClientTransport ? transport.pid : null
    if (pid !== null) signalProcess(pid, 'SIGTERM')
    try {
      const goodbye = transport instanceof StreamableHTTPClientTransport ? transport.terminateSession() : Promise.resolve()
      await Promise.race([goodbye.then(() => client.close()), sleep(goodbyeMs, undefined, { ref: false })])
    } catch (err) {
      logger.debug({ event: 'mcp-server-error', server: name, err }, 'an MCP session could not be closed properly')
      await client.close()
    }
    if (pid !== null) signalProcess(pid, 'SIGKILL')
  }
  const deadline = Promise.withResolvers<never>()
  const timer = setTimeout(() => deadline.reject(new Error('connecting took too long')), options.connectMs)
  try {
    await Promise.race([client.connect(transport, { timeout: options.connectMs }), deadline.promise])
  } catch (error) {
    await close()
    throw error
  } finally {
    clearTimeout(timer)
  }
  isConnected = true
  client.onclose = options.onLost
  let users = 0
  let isRetired = false
  const use: OpenMcpClient['use'] = async (work) => {
    users += 1
    try {
      return await work(client)
    } finally {
      users -= 1
      if (isRetired && users === 0) void close()
    }
  }
  return {
    use,
    useAsking: (ask, work) => askers.during(ask, () => use(work)),
    send: (...request) => use(() => raw.send(...request)),
    retire: async () => {
      isRetired = true
      client.onclose = () => {}
      if (users === 0) await close()
    },
    close,
  }
}

/**
 * Passes a server's question in the older version of the protocol to the call that it belongs to. Over HTTP it comes on the stream of
 * that call. A program's questions come on its only stream, so they can be told apart while one call runs, and are refused otherwise: a
 * question must not reach another person.
 */
function serveQuestions(client: Client) {
  const current = new AsyncLocalStorage<Ask>()
  const running = new Set<Ask>()
  client.setRequestHandler('elicitation/create', async ({ params }) => {
    const [only] = running.size === 1 ? running : []
    const ask = current.getStore() ?? only
    if (!ask) throw new ProtocolError(ProtocolErrorCode.InvalidRequest, 'it is not clear to which call this question belongs')
    const form = paramsToForm(params)
    if (form === null) return { action: 'decline' as const }
    const answer = await ask(form)
    if (answer.action === 'decline' || answer.content === undefined) return { action: answer.action }
    return { action: answer.action, content: answer.content as Record<string, string | number | boolean | string[]> }
  })
  return {
    during: async <Result>(ask: Ask, work: () => Promise<Result>): Promise<Result> => {
      running.add(ask)
      try {
        return await current.run(ask, work)
      } finally {
        running.delete(ask)
      }
    },
  }
}

/** Passes on what a server says with its small faults put right: the client sets `onmessage` when it connects. */
function mendMessages(
  transport: Transport,
  onLeftOut: (tools: readonly LeftOutTool[]) => void,
  take: (message: unknown) => boolean,
): void {
  let receive: Transport['onmessage']
  const onmessage: Transport['onmessage'] = (message, extra) => {
    if (!take(message)) receive?.(mendMessage(message, onLeftOut) as typeof message, extra)
  }
  Object.defineProperty(transport, 'onmessage', {
    get: () => receive && onmessage,
    set: (handler: Transport['onmessage']) => {
      receive = handler
    },
  })
}

/** While it starts, a program says why it cannot. Once it works, it may repeat what it is asked: then only the length is logged. */
function logStderr(logger: Logger, server: string, transport: StdioClientTransport, isConnected: () => boolean): void {
  transport.stderr?.on('data', (chunk: Buffer) => {
    const said = isConnected() ? { bytes: chunk.length } : { line: chunk.toString().slice(0, maxStderrLine) }
    logger.debug({ event: 'mcp-server-stderr', server, ...said }, 'an MCP server says')
  })
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ESRCH'
    if (!isGone) throw error
  }
}
