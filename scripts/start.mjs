import { ensureInstalled } from './install.mjs'
import { ensurePage } from './page.mjs'
import { become } from './run.mjs'
import { serverFlags } from './server-flags.mjs'

await ensureInstalled({ only: 'start' })
await ensurePage()
await become([...serverFlags, 'server/src/main.ts', ...process.argv.slice(2)])
