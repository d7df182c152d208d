import type { McpServerHealth } from '@holdfast/shared'
import type { OutsideOptions, OutsideOutcome, ProbedOutcome, RemoteCall } from '../tools/tool-runner.ts'
import type { Logger } from '../platform/logger.ts'
import type { KnownDefinitions } from './known-definitions.ts'
import type { McpTool } from './mcp-catalogue.ts'
import { createMcpConnection, type McpTimings } from './mcp-connection.ts'
import type { McpServerConfig } from './mcp-server-config.ts'
import { createStartQueue } from './start-queue.ts'

/** The tools of the servers that the operator has set up. A server that hangs or fails costs a chat nothing but its tools. */
export interface McpConnections extends AsyncDisposable {
  /** The known tools of all servers. The first call waits a moment for servers that have not answered yet. Never rejects. */
  readonly list: () => Promise<readonly McpTool[]>
  /** A tool that is known now. */
  readonly get: (name: string) => McpTool | undefined
  /**
   * Calls a tool exactly once, without retries, or goes on with a call that has begun (`options.remote`). `unknown`: it may or may not
   * have taken effect. Ends with `signal`, and after the server's deadline. Rejects only with what `onTask` rejects with.
   */
  readonly call: (
    name: string,
    args: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
    options?: OutsideOptions,
  ) => Promise<OutsideOutcome>
  /** What became of the call with this key, by the tool that its server or the operator names for that. Never rejects. */
  readonly probe: (name: string, key: string, signal: AbortSignal) => Promise<ProbedOutcome>
  /** Ends a call whose question nobody will answer. Never rejects. */
  readonly abandon: (name: string, key: string, remote: RemoteCall) => Promise<void>
  /** `forGuests`: only of the servers that guests may use. */
  readonly health: (options?: { readonly forGuests: boolean }) => readonly McpServerHealth[]
}

/** Programs that start at the same time, and how long a slow one holds the next one up. */
const startedAtOnce = 2
const startPatienceMs = 5_000

export const defaultMcpTimings: McpTimings = {
  patienceMs: 1_500,
  refreshAfterMs: 60_000,
  connectMs: null,
  listMs: 10_000,
  firstPauseMs: 1_000,
  longestPauseMs: 60_000,
}

export function createMcpConnections(
  deps: { readonly logger: Logger; readonly known: KnownDefinitions },
  configs: readonly McpServerConfig[],
  timings: Partial<McpTimings> = {},
): McpConnections {
  const startQueue = createStartQueue(startedAtOnce, startPatienceMs)
  const connections = configs.map((config) =>
    createMcpConnection({ ...deps, startQueue }, config, { ...defaultMcpTimings, ...timings }),
  )
  for (const { name, ignoredKeys = [] } of configs) {
    if (ignoredKeys.length > 0) {
      const fields = { event: 'mcp-server-keys-ignored', server: name, keys: ignoredKeys }
      deps.logger.warn(fields, 'settings of an MCP server that only other programs know were ignored')
    }
  }
  const find = (name: string) => {
    for (const connection of connections) {
      const tool = connection.tools().find((one) => one.name === name)
      if (tool) return { connection, tool }
    }
    return undefined
  }
  return {
    list: async () => {
      await Promise.all(connections.map((connection) => connection.prepare()))
      return connections.flatMap((connection) => connection.tools())
    },
    get: (name) => find(name)?.tool,
    call: async (name, args, signal, options) => {
      const found = find(name)
      return found ? found.connection.call(found.tool, args, signal, options) : { error: `there is no tool named ${name}` }
    },
    probe: async (name, key, signal) => {
      const found = find(name)
      return found ? found.connection.probe(found.tool, key, signal) : null
    },
    abandon: async (name, key, remote) => find(name)?.connection.abandon(key, remote),
    health: ({ forGuests } = { forGuests: false }) => {
      const hidden = new Set(configs.filter(({ guests }) => forGuests && guests === false).map(({ name }) => name))
      return connections.map((connection) => connection.health()).filter(({ name }) => !hidden.has(name))
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(connections.map((connection) => connection[Symbol.asyncDispose]()))
    },
  }
}
