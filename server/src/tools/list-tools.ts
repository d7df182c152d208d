import type { ToolsList } from '@holdfast/shared'
import type { Deps } from '../deps.ts'
import { toolToTitle } from './tool-title.ts'

/** Everything that an answer may use, ours first, and how the servers are that the rest comes from. */
export async function listTools({ registry, mcpServers }: Pick<Deps, 'registry' | 'mcpServers'>): Promise<ToolsList> {
  const own = registry.list().map((tool) => ({
    name: tool.name,
    title: toolToTitle(tool),
    description: tool.description,
    source: 'holdfast',
    needsApproval: tool.destructive,
    readOnly: tool.readOnly,
  }))
  const others = (await mcpServers.list()).map(({ name, title, description, server, needsApproval, readOnly }) => ({
    name,
    title,
    description,
    source: server,
    needsApproval,
    readOnly,
  }))
  return { items: [...own, ...others], mcpServers: [...mcpServers.health()] }
}
