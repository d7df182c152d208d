import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { createProtocolServer, textResult, type ServedTool } from './tool-server.ts'

/** Somebody else's MCP server that is a program: `environment` says what it was given, `die` ends it in the middle of a call. */
const tools: ServedTool[] = [
  {
    name: 'environment',
    annotations: { readOnlyHint: true },
    run: () => textResult(JSON.stringify({ names: Object.keys(process.env).toSorted(), greeting: process.env['GREETING'] })),
  },
  {
    name: 'die',
    run: () => {
      process.stderr.write('dying\n')
      process.exit(1)
    },
  },
]

serveStdio(() => createProtocolServer(() => tools))
