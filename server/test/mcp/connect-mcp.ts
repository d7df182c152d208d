import { Client, StreamableHTTPClientTransport, type VersionNegotiationMode } from '@modelcontextprotocol/client'
import type { TestUser } from '../../testing/create-test-app.ts'

/** The official client, connected to `/mcp` of a server. `legacy` speaks the protocol of 2025-11-25, `auto` the newest. */
export async function connectMcp(
  url: string,
  token: string,
  mode: VersionNegotiationMode = 'auto',
): Promise<Client & AsyncDisposable> {
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode } })
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { authProvider: { token: async () => token } }))
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() })
}

/** A new personal access token. */
export async function createAccessToken(
  user: TestUser,
  scopes: ('api' | 'mcp')[] = ['mcp'],
): Promise<{ id: string; token: string }> {
  return user.client.tokens.create.mutate({ name: 'a test', scopes })
}

/** The result of a call, read from its text; `error` when the tool reported one. */
export async function callTool(
  client: Client,
  name: string,
  args: Readonly<Record<string, unknown>> = {},
  meta?: Readonly<Record<string, unknown>>,
): Promise<{ readonly value: unknown; readonly isError: boolean }> {
  const result = await client.callTool({ name, arguments: { ...args }, ...(meta ? { _meta: { ...meta } } : {}) })
  const [block] = result.content
  if (block?.type !== 'text') throw new Error(`a text was expected, not ${JSON.stringify(result)}`)
  return { value: JSON.parse(block.text) as unknown, isError: result.isError === true }
}
