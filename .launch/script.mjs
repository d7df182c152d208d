import { ensureInstalled } from './install.mjs'
import { giveUp } from './project.mjs'
import { runNode } from './run.mjs'

/** Scripts that only need the packages and the project's Node; what follows `--` is passed on to them. */
const scripts = {
  format: ['node_modules/oxfmt/bin/oxfmt', '.'],
  docs: ['server/docs-generator/main.ts'],
  bench: ['server/bench/main.ts'],
  chaos: ['server/bench/chaos.ts'],
  screenshots: ['client/node_modules/@playwright/test/cli.js', 'test', '--config', 'client/screenshots.config.ts'],
  'db:generate': ['drizzle/node_modules/drizzle-kit/bin.cjs', 'generate', '--config', 'drizzle/drizzle.config.ts'],
  'db:migrate': ['server/src/migrate.ts'],
}

const [name = '', ...rest] = process.argv.slice(2)
const script = scripts[name]
if (!script) giveUp(`There is no script "${name}". There are: ${Object.keys(scripts).join(', ')}.`)
await ensureInstalled()
process.exitCode = await runNode([...script, ...rest])
