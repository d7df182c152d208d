import { ensureInstalled } from './install.mjs'
import { ensurePage } from './page.mjs'
import { become } from './run.mjs'

await ensureInstalled({ only: 'start' })
await ensurePage()
await become(['server/src/main.ts', ...process.argv.slice(2)])
