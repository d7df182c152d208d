import type { McpServerHealth } from '@holdfast/shared'
import type { KeepToolFile, ToolOutcome } from '../tools/tool-runner.ts'
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
   * Calls a tool exactly once, without retries. `unknown`: it may or may not have taken effect. Ends with `signal`, and after the
   * server's deadline. Never rejects.
   */
  readonly call: (
    name: string,
    args: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
    keepFile?: KeepToolFile,
  ) => Promise<ToolOutcome | { readonly unknown: string }>
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
    call: async (name, args, signal, keepFile) => {
      const found = find(name)
      return found ? found.connection.call(found.tool, args, signal, keepFile) : { error: `there is no tool named ${name}` }
    },
    health: ({ forGuests } = { forGuests: false }) => {
      const hidden = new Set(configs.filter(({ guests }) => forGuests && guests === false).map(({ name }) => name))
      return connections.map((connection) => connection.health()).filter(({ name }) => !hidden.has(name))
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(connections.map((connection) => connection[Symbol.asyncDispose]()))
    },
  }
}
