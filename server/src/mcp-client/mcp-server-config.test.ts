import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ConfigError, environmentToConfig } from '../config/config.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-mcp-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

function read(file: unknown, environment: Record<string, string> = {}) {
  const path = join(directory, 'servers.json')
  writeFileSync(path, typeof file === 'string' ? file : JSON.stringify(file))
  return environmentToConfig({ ...environment, MCP_SERVERS: path }).mcpServers
}

function readError(file: unknown): string {
  try {
    read(file)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'it was accepted'
}

const server = (entry: unknown) => ({ mcpServers: { one: entry } })

test('without either variable there are no servers', () => {
  expect(environmentToConfig({ MCP_SERVERS: ' ', MCP_SERVER_URL: '' }).mcpServers).toEqual([])
})

test('X26 guests may use a server by default only where PUBLIC_URL is this machine', () => {
  const file = {
    mcpServers: { one: { command: 'one' }, two: { command: 'two', guests: true }, three: { command: 'three', guests: false } },
  }
  const guests = (environment: Record<string, string>) => read(file, environment).map((entry) => entry.guests)
  expect(guests({})).toEqual([true, true, false])
  expect(guests({ PUBLIC_URL: 'http://[::1]:4000' })).toEqual([true, true, false])
  expect(guests({ PUBLIC_URL: 'https://chat.example.com' })).toEqual([false, true, false])
})

test('a file names servers by address and by program; secrets come from the environment', () => {
  const file = {
    mcpServers: {
      search: { type: 'http', url: 'https://${HOST_NAME}/mcp', headers: { Authorization: 'Bearer ${TOKEN}' }, tools: ['find'] },
      files: {
        command: 'files',
        args: ['--root', '${ROOT}'],
        env: { KEY: '${TOKEN}' },
        trusted: true,
        revision: '2',
        timeoutMs: 5_000,
      },
      later: { url: 'https://example.com', disabled: true },
    },
  }
  expect(read(file, { HOST_NAME: 'mcp.example.com', TOKEN: 's3cret', ROOT: '/data' })).toEqual([
    {
      kind: 'http',
      name: 'search',
      url: new URL('https://mcp.example.com/mcp'),
      headers: { Authorization: 'Bearer s3cret' },
      allowedTools: ['find'],
      trusted: false,
      guests: true,
      timeoutMs: 60_000,
    },
    {
      kind: 'stdio',
      name: 'files',
      command: 'files',
      args: ['--root', '/data'],
      env: { KEY: 's3cret' },
      cwd: null,
      allowedTools: null,
      trusted: true,
      revision: '2',
      guests: true,
      timeoutMs: 5_000,
    },
  ])
})

test('MCP_SERVER_URL adds one, named by its host', () => {
  expect(environmentToConfig({ MCP_SERVER_URL: 'http://127.0.0.1:4000/mcp' }).mcpServers).toMatchObject([
    { kind: 'http', name: '127-0-0-1-4000', allowedTools: null, trusted: false },
  ])
})

describe('an error is one line that names the variable and the place', () => {
  test.each([
    ['not JSON', '{', /^MCP_SERVERS: \S+ is not JSON$/u],
    ['another shape', { servers: {} }, /^MCP_SERVERS: \S+: \.mcpServers: /u],
    ['no address and no program', server({}), /^MCP_SERVERS: \S+: mcpServers\.one\.url: /u],
    ['a misspelt key', server({ url: 'https://example.com', tool: [] }), /mcpServers\.one: Unrecognized key: "tool"$/u],
    ['plain HTTP to elsewhere', server({ url: 'http://example.com' }), /mcpServers\.one\.url: must be https:\/\//u],
    ['another scheme', server({ url: 'file:///etc/passwd' }), /mcpServers\.one\.url: must be an http/u],
    ['a password in the address', server({ url: 'https://a:b@example.com' }), /mcpServers\.one\.url: must not hold a password/u],
    [
      'a variable that is not set',
      server({ command: '/bin/true', args: ['${NOT_SET}'] }),
      /one: the variable NOT_SET is not set$/u,
    ],
    ['a deadline of nothing', server({ url: 'https://example.com', timeoutMs: 1 }), /mcpServers\.one\.timeoutMs: /u],
    ['a name that would blur names of tools', { mcpServers: { a__b: { command: 'x' } } }, /"a__b" is no name for a server/u],
  ])('%s', (_what, file, expected) => {
    const message = readError(file)
    expect(message).toMatch(expected)
    expect(message).not.toContain('\n')
  })

  test('a file that is not there', () => {
    const read = () => environmentToConfig({ MCP_SERVERS: join(directory, 'nowhere.json') })
    expect(read).toThrow(/^MCP_SERVERS: \S+nowhere\.json cannot be read \(ENOENT\)$/u)
  })

  test.each(['nonsense', 'http://example.com/mcp', 'ftp://example.com', 'https://a:b@example.com'])(
    'MCP_SERVER_URL=%s',
    (url) => {
      expect(() => environmentToConfig({ MCP_SERVER_URL: url })).toThrow(/^MCP_SERVER_URL: must /u)
    },
  )

  test('two servers of one name', () => {
    const file = { mcpServers: { 'example-com': { url: 'https://example.com' } } }
    expect(() => read(file, { MCP_SERVER_URL: 'https://example.com' })).toThrow(/^MCP_SERVER_URL: .*example-com already$/u)
  })

  test('plain HTTP to elsewhere is permitted where the operator says so', () => {
    expect(read(server({ url: 'http://tools.internal/mcp', allowInsecure: true }))).toMatchObject([{ name: 'one' }])
  })
})

test('keys of other programs in the file are ignored, and named; an unknown key is refused', () => {
  const file = { inputs: [], ...server({ command: 'x', autoApprove: ['a'], timeout: 60, connectMs: 90_000 }) }
  expect(read(file)).toMatchObject([{ ignoredKeys: ['autoApprove', 'timeout'], connectMs: 90_000 }])
  expect(readError(server({ command: 'x', trustd: true }))).toContain('trustd')
})
