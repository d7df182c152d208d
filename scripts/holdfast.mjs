import { ensureInstalled } from './install.mjs'
import { become } from './run.mjs'

// The command line of the package: `npm run holdfast -- doctor`.
await ensureInstalled()
await become(['server/src/cli/main.ts', ...process.argv.slice(2)])
