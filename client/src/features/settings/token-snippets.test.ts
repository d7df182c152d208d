import { expect, test } from 'vitest'
import { tokenToSnippets } from './token-snippets.ts'

const names = (scopes: ('api' | 'mcp')[]) => tokenToSnippets('https://chat.example.com', 'pat_1', scopes).map(({ name }) => name)

test('a token has only the snippets of its scopes', () => {
  expect(names(['mcp'])).toEqual(['mcp-config', 'mcp-line'])
  expect(names(['api'])).toEqual(['api-line'])
  expect(names(['api', 'mcp'])).toEqual(['mcp-config', 'mcp-line', 'api-line'])
})

test('the configuration contains the endpoint and the token', () => {
  const [config] = tokenToSnippets('https://chat.example.com', 'pat_1', ['mcp'])
  expect(JSON.parse(config?.text ?? '')).toEqual({
    mcpServers: {
      holdfast: { type: 'http', url: 'https://chat.example.com/mcp', headers: { Authorization: 'Bearer pat_1' } },
    },
  })
})
