import type { Id, ToolsList } from '@holdfast/shared'
import { isGuest } from '../auth/is-guest.ts'
import type { Database } from '../platform/database/database.ts'
import type { McpConnections } from '../mcp-client/mcp-connections.ts'
import type { ToolRegistry } from '../tools/tool-registry.ts'
import { toolToTitle } from '../tools/tool-title.ts'

/** Everything that an answer to this user may use, ours first, and how the servers are that the rest comes from. */
export async function listTools(
  deps: { readonly registry: ToolRegistry; readonly mcpConnections: McpConnections; readonly database: Database },
  userId: Id,
): Promise<ToolsList> {
  const { registry, mcpConnections } = deps
  const forGuests = await isGuest(deps.database, userId)
  const own = registry.list().map((tool) => ({
    name: tool.name,
    title: toolToTitle(tool),
    description: tool.description,
    source: 'holdfast',
    needsApproval: tool.approval !== 'never',
    readOnly: tool.readOnly,
  }))
  const usable = (await mcpConnections.list()).filter((tool) => tool.forGuests || !forGuests)
  const others = usable.map(({ name, title, description, server, needsApproval, readOnly }) => ({
    name,
    title,
    description,
    source: server,
    needsApproval,
    readOnly,
  }))
  return { items: [...own, ...others], mcpServers: [...mcpConnections.health({ forGuests })] }
}
