import { ensureInstalled } from './install.mjs'
import { ensurePage } from './page.mjs'
import { become } from './run.mjs'

await ensureInstalled()
await ensurePage()
await become(['server/src/main.ts', ...process.argv.slice(2)])
