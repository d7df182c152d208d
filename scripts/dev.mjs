import { ensureInstalled } from './install.mjs'
import { become } from './run.mjs'

// The page reloads its own modules; a change of the server starts the server again.
await ensureInstalled({ only: 'start' })
await become(['--watch', '--watch-preserve-output', 'server/src/main.ts', '--dev', ...process.argv.slice(2)])
