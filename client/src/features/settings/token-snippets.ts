import type { AccessToken } from '@holdfast/shared'

export interface Snippet {
  readonly name: 'mcp-config' | 'mcp-line' | 'api-line'
  readonly text: string
}

/** Configuration snippets for using a token in a program. `origin` is this server's, e.g. `http://localhost:3000`. */
export function tokenToSnippets(origin: string, token: string, scopes: AccessToken['scopes']): Snippet[] {
  const header = `Authorization: Bearer ${token}`
  const mcpUrl = `${origin}/mcp`
  const config = {
    mcpServers: { holdfast: { type: 'http', url: mcpUrl, headers: { Authorization: `Bearer ${token}` } } },
  }
  const mcp: Snippet[] = [
    { name: 'mcp-config', text: JSON.stringify(config, null, 2) },
    {
      name: 'mcp-line',
      text: `npx @modelcontextprotocol/inspector --cli ${mcpUrl} --transport http --method tools/list --header "${header}"`,
    },
  ]
  const api: Snippet[] = [{ name: 'api-line', text: `curl ${origin}/trpc/system.info --header "${header}"` }]
  return [...(scopes.includes('mcp') ? mcp : []), ...(scopes.includes('api') ? api : [])]
}
