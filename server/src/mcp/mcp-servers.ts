import type { McpServerHealth } from '@holdfast/shared'
import type { ToolOutcome } from '../generation/tool-box.ts'
import type { Logger } from '../logger.ts'
import type { McpTool } from './mcp-catalogue.ts'
import { createMcpConnection, type McpTimings } from './mcp-connection.ts'
import type { McpServerConfig } from './mcp-server-config.ts'

/** The tools of the servers that the operator has set up. A server that hangs or fails costs a chat nothing but its tools. */
export interface McpServers extends AsyncDisposable {
  /** What is known of all servers' tools; the first time it waits a moment for those that have not said yet. Never rejects. */
  readonly list: () => Promise<readonly McpTool[]>
  /** From what is known now. */
  readonly get: (name: string) => McpTool | undefined
  /**
   * Once, whatever happens. `unknown`: nobody knows whether it took effect. Ends with `signal`, and after the server's deadline.
   * Never rejects.
   */
  readonly call: (
    name: string,
    args: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ) => Promise<ToolOutcome | { readonly unknown: string }>
  readonly health: () => readonly McpServerHealth[]
}

export const defaultMcpTimings: McpTimings = {
  patienceMs: 1_500,
  refreshAfterMs: 60_000,
  connectMs: 20_000,
  listMs: 10_000,
  firstPauseMs: 1_000,
  longestPauseMs: 60_000,
}

export function createMcpServers(
  deps: { logger: Logger },
  configs: readonly McpServerConfig[],
  timings: Partial<McpTimings> = {},
): McpServers {
  const connections = configs.map((config) => createMcpConnection(deps, config, { ...defaultMcpTimings, ...timings }))
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
    call: async (name, args, signal) => {
      const found = find(name)
      return found ? found.connection.call(found.tool, args, signal) : { error: `there is no tool named ${name}` }
    },
    health: () => connections.map((connection) => connection.health()),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(connections.map((connection) => connection[Symbol.asyncDispose]()))
    },
  }
}
