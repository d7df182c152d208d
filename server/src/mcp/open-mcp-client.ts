import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import type { Logger } from '../logger.ts'
import { version } from '../system/version.ts'
import { guardedFetch } from './guarded-fetch.ts'
import type { McpServerConfig } from './mcp-server-config.ts'

/** A server of the older protocol may not answer what the newer one asks first. */
const probeMs = 3_000
const maxPages = 20
const maxStderrLine = 500
/** A program that does not end when it is asked to is killed. */
const goodbyeMs = 1_000

export interface OpenMcpClient {
  readonly use: <Result>(work: (client: Client) => Promise<Result>) => Promise<Result>
  /** Closes it once nobody uses it: what is under way gets its answer. */
  readonly retire: () => Promise<void>
  /** Now. Also ends the program, where it is one. Never throws. */
  readonly close: () => Promise<void>
}

/**
 * Connects, in either version of the protocol. The client offers the server nothing: no questions to people, no model, no files.
 * `onLost` is told when the connection ends by itself. @throws whatever went wrong, after `connectMs` at the latest
 */
export async function openMcpClient(
  deps: { logger: Logger },
  config: McpServerConfig,
  options: { connectMs: number; onLost: () => void; onToolsChanged: () => void },
): Promise<OpenMcpClient> {
  const { logger } = deps
  const { name } = config
  const client = new Client(
    { name: 'holdfast', version },
    {
      capabilities: {},
      versionNegotiation: { mode: 'auto', probe: { timeoutMs: Math.min(probeMs, options.connectMs) } },
      inputRequired: { autoFulfill: false },
      listMaxPages: maxPages,
    },
  )
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
  if (transport instanceof StdioClientTransport) logStderr(logger, name, transport)
  client.onerror = (err) => logger.debug({ event: 'mcp-server-error', server: name, err }, 'an MCP server caused an error')
  client.setNotificationHandler('notifications/tools/list_changed', () => options.onToolsChanged())

  const close = async () => {
    client.onclose = () => {}
    const pid = transport instanceof StdioClientTransport ? transport.pid : null
    if (pid !== null) signalProcess(pid, 'SIGTERM')
    try {
      const goodbye = transport instanceof StreamableHTTPClientTransport ? transport.terminateSession() : Promise.resolve()
      await Promise.race([goodbye.then(() => client.close()), wait(goodbyeMs)])
    } catch (err) {
      logger.debug({ event: 'mcp-server-error', server: name, err }, 'an MCP server was not told goodbye')
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
  client.onclose = options.onLost
  let users = 0
  let isRetired = false
  return {
    use: async (work) => {
      users += 1
      try {
        return await work(client)
      } finally {
        users -= 1
        if (isRetired && users === 0) void close()
      }
    },
    retire: async () => {
      isRetired = true
      client.onclose = () => {}
      if (users === 0) await close()
    },
    close,
  }
}

function logStderr(logger: Logger, server: string, transport: StdioClientTransport): void {
  transport.stderr?.on('data', (chunk: Buffer) => {
    logger.debug({ event: 'mcp-server-stderr', server, line: chunk.toString().slice(0, maxStderrLine) }, 'an MCP server says')
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

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}
