import { createLogger } from '../../src/platform/logger.ts'
import { readMcpServers } from '../../src/mcp-client/mcp-server-config.ts'
import { createKnownInMemory } from './known-in-memory.ts'
import { createMcpConnections } from '../../src/mcp-client/mcp-connections.ts'

/** The server's MCP client as a program: it connects to the address in its last argument and calls every tool once. */
const url = process.argv.at(-1)
await using servers = createMcpConnections(
  { logger: createLogger('debug', process.stderr), known: createKnownInMemory() },
  readMcpServers({ file: undefined, url }, {}),
  { patienceMs: 10_000 },
)
const tools = await servers.list()
for (const { name, definition } of tools) {
  const properties = Object.keys(definition.inputSchema.properties ?? {})
  const args = Object.fromEntries(properties.map((property, index) => [property, index + 1]))
  process.stdout.write(`${JSON.stringify(await servers.call(name, args, new AbortController().signal))}\n`)
}
