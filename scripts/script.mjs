import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled } from './install.mjs'
import { giveUp, root } from './project.mjs'
import { runNode } from './run.mjs'

/** Scripts that only need the packages and the project's Node. They get the arguments after `--`. */
const scripts = {
  format: ['node_modules/oxfmt/bin/oxfmt', '.'],
  docs: ['scripts/write-docs.mjs'],
  bench: ['bench/main.mjs'],
  'bench:peers': ['bench/peers/main.mjs'],
  'bench:server': ['server/bench/main.ts'],
  'bench:client': ['client/bench/main.ts'],
  screenshots: ['client/screenshots/main.ts'],
  chaos: ['chaos/main.ts'],
  'test:kills': [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    'server',
    '--project',
    'postgres',
    'server/test/kills.test.ts',
  ],
  monkey: ['node_modules/@playwright/test/cli.js', 'test', 'monkey', '--reporter=list'],
  'db:generate': ['node_modules/drizzle-kit/bin.cjs', 'generate'],
  'db:migrate': ['server/src/migrate.ts'],
}

/** The working directory of a script, if not the root: its configuration names files from there. */
const folders = { 'db:generate': 'drizzle', monkey: 'client' }

/**
 * The number of times that `npm run test:kills` kills a command on each database, and the seconds for which `npm run monkey` plays; HOLDFAST_SEED selects
 * another series of moments, or another game.
 */
const env = {
  HOLDFAST_KILLS: process.env.HOLDFAST_KILLS ?? '40',
  HOLDFAST_MONKEY_SECONDS: process.env.HOLDFAST_MONKEY_SECONDS ?? '300',
}

const [name = '', ...rest] = process.argv.slice(2)

/** `npm run bench -- memory` is bench/memory.mjs: a topic has a file of its own there. */
function findScript(asked, given) {
  const topic = join('bench', `${given[0]}.mjs`)
  if (asked !== 'bench' || !/^[a-z-]+$/u.test(given[0] ?? '') || !existsSync(join(root, topic))) return scripts[asked]
  given.shift()
  return [topic]
}

const script = findScript(name, rest)
if (!script) giveUp(`There is no script "${name}". There are: ${Object.keys(scripts).join(', ')}.`)
await ensureInstalled()
process.exitCode = await runNode([...script, ...rest], { env, cwd: join(root, folders[name] ?? '.') })
