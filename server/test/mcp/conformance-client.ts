import { createLogger } from '../../src/logger.ts'
import { readMcpServers } from '../../src/mcp/mcp-server-config.ts'
import { createMcpServers } from '../../src/mcp/mcp-servers.ts'

/** What the server uses other servers with, as a program: connects to the address in its last argument and calls every tool once. */
const url = process.argv.at(-1)
await using servers = createMcpServers(
  { logger: createLogger('debug', process.stderr) },
  readMcpServers({ file: undefined, url }, {}),
  { patienceMs: 10_000 },
)
const tools = await servers.list()
for (const { name, definition } of tools) {
  const properties = Object.keys(definition.inputSchema.properties ?? {})
  const args = Object.fromEntries(properties.map((property, index) => [property, index + 1]))
  process.stdout.write(`${JSON.stringify(await servers.call(name, args, new AbortController().signal))}\n`)
}
