import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { time } from './columns.ts'

/** How the tools of trusted MCP servers were described when they were first seen. A tool that says something else now is not believed. */
export const mcpTools = pgTable(
  'mcp_tools',
  {
    server: text().notNull(),
    /** The operator's word in the server's settings; another one begins anew. */
    revision: text().notNull(),
    tool: text().notNull(),
    /** SHA-256 of its name, description, arguments and annotations, in hexadecimal. */
    definitionHash: text().notNull(),
    firstSeenAt: time().notNull(),
  },
  (table) => [primaryKey({ columns: [table.server, table.revision, table.tool] })],
)
