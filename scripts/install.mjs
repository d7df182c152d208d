import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprint, giveUp, packages, readStamp, root, say } from './project.mjs'
import { run } from './run.mjs'

const pnpm = 'pnpm@12.21.0'
const stamp = join(root, 'node_modules', '.holdfast-installed')

/**
 * Installs what the lockfile names, unless that has been done: everything, or with `only: 'start'` what it takes to build the page and to
 * run the server, which is less than two thirds of it. Needs only npm and a package registry.
 */
export async function ensureInstalled({ only = 'all' } = {}) {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    giveUp(`Holdfast needs Node 20 or newer; this is ${process.version}.`)
  }
  const files = [
    '.pnpmfile.cjs',
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    'package.json',
    ...packages.map((name) => `${name}/package.json`),
  ]
  const wanted = `${process.platform} ${process.arch} ${fingerprint(files)}`
  const installed = readStamp(stamp)
  // What was installed for the tests runs the server, too.
  if (installed === `${wanted} all` || installed === `${wanted} ${only}`) return
  // Where the tests' tools were installed before, they are kept.
  const kind = installed?.endsWith(' all') ? 'all' : only
  say(
    installed === `${wanted} start`
      ? 'Installing the tools for checks and tests …'
      : installed !== null
        ? 'Packages have changed: installing them …'
        : 'Installing packages; the first time takes a minute or two …',
  )
  const started = Date.now()
  // With CI set, pnpm asks no questions.
  const code = await run('npx', ['--yes', pnpm, 'install', '--frozen-lockfile', ...(kind === 'start' ? ['--prod'] : [])], {
    env: { CI: 'true' },
    quiet: true,
    shell: process.platform === 'win32',
  }).catch((error) => giveUp(`npx could not be started (${error.code}). Holdfast needs Node with npm.`))
  if (code !== 0) giveUp('\nThe packages could not be installed: see above. Is the package registry reachable?')
  writeFileSync(stamp, `${wanted} ${kind}\n`)
  say(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`)
}
