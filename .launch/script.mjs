import { join } from 'node:path'
import { ensureInstalled } from './install.mjs'
import { giveUp, root } from './project.mjs'
import { runNode } from './run.mjs'

/** Scripts that only need the packages and the project's Node; what follows `--` is passed on to them. */
const scripts = {
  format: ['node_modules/oxfmt/bin/oxfmt', '.'],
  docs: ['server/docs-generator/main.ts'],
  bench: ['server/bench/main.ts'],
  'bench:client': ['client/bench/main.ts'],
  screenshots: ['client/screenshots/main.ts'],
  chaos: ['node_modules/vitest/vitest.mjs', 'run', '--project', 'server', 'server/test/crash.test.ts'],
  'db:generate': ['node_modules/drizzle-kit/bin.cjs', 'generate'],
  'db:migrate': ['server/src/migrate.ts'],
}

/** Where a script is at home, if not at the root: its configuration names files from there. */
const folders = { 'db:generate': 'drizzle' }

/** How often `npm run chaos` kills the server; HOLDFAST_SEED names another series of moments. */
const env = { HOLDFAST_KILLS: process.env.HOLDFAST_KILLS ?? '50' }

const [name = '', ...rest] = process.argv.slice(2)
const script = scripts[name]
if (!script) giveUp(`There is no script "${name}". There are: ${Object.keys(scripts).join(', ')}.`)
await ensureInstalled()
process.exitCode = await runNode([...script, ...rest], { env, cwd: join(root, folders[name] ?? '.') })
