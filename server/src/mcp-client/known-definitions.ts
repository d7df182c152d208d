import { schema } from '@holdfast/drizzle'
import { and, eq, inArray } from 'drizzle-orm'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database/database.ts'
import type { McpServerConfig } from './mcp-server-config.ts'

const { mcpTools } = schema

/** Remembers how each tool of a trusted server was described first, over restarts and for all nodes. */
export interface KnownDefinitions {
  /**
   * Hashes of definitions by the names of their tools: those that were seen first. What was never seen is remembered as it is given.
   * Rejects when the database cannot be asked.
   */
  readonly remember: (
    server: Pick<McpServerConfig, 'name' | 'revision'>,
    hashes: ReadonlyMap<string, string>,
  ) => Promise<ReadonlyMap<string, string>>
}

export function createKnownDefinitions(deps: { readonly database: Database; readonly clock: Clock }): KnownDefinitions {
  const { queries } = deps.database
  const read = async (server: string, revision: string, tools: string[]) => {
    const rows = await queries
      .select({ tool: mcpTools.tool, hash: mcpTools.definitionHash })
      .from(mcpTools)
      .where(and(eq(mcpTools.server, server), eq(mcpTools.revision, revision), inArray(mcpTools.tool, tools)))
    return new Map(rows.map(({ tool, hash }) => [tool, hash]))
  }
  return {
    remember: async ({ name: server, revision = '' }, hashes) => {
      const tools = [...hashes.keys()]
      if (tools.length === 0) return new Map()
      const known = await read(server, revision, tools)
      const fresh = [...hashes].filter(([tool]) => !known.has(tool))
      if (fresh.length === 0) return known
      const firstSeenAt = deps.clock.now()
      const rows = fresh.map(([tool, definitionHash]) => ({ server, revision, tool, definitionHash, firstSeenAt }))
      await queries.insert(mcpTools).values(rows).onConflictDoNothing()
      // Another node may have been first.
      return read(server, revision, tools)
    },
  }
}
