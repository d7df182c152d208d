import type { AccessToken } from '@holdfast/shared'

export interface Snippet {
  readonly name: 'mcp-config' | 'mcp-line' | 'api-line' | 'chat-line' | 'chat-settings'
  readonly text: string
}

/** Configuration snippets for using a token in a program. `address` is this server's, e.g. `http://localhost:3000`. */
export function tokenToSnippets(address: string, token: string, scopes: AccessToken['scopes']): Snippet[] {
  const header = `Authorization: Bearer ${token}`
  const mcpUrl = `${address}/mcp`
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
  const api: Snippet[] = [{ name: 'api-line', text: `curl ${address}/trpc/system.info --header "${header}"` }]
  const body = JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }] })
  const chat: Snippet[] = [
    { name: 'chat-settings', text: `OPENAI_BASE_URL=${address}/v1\nOPENAI_API_KEY=${token}` },
    {
      name: 'chat-line',
      text: `curl ${address}/v1/chat/completions --header "${header}" --header "Content-Type: application/json" --data '${body}'`,
    },
  ]
  return [
    ...(scopes.includes('mcp') ? mcp : []),
    ...(scopes.includes('chat') ? chat : []),
    ...(scopes.includes('api') ? api : []),
  ]
}
