import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprint, giveUp, packages, readStamp, root, say } from './project.mjs'
import { run } from './run.mjs'

const pnpm = 'pnpm@12.21.0'
const stamp = join(root, 'node_modules', '.holdfast-installed')

/** Installs what the lockfile names, unless that has been done. Needs only npm and a package registry. */
export async function ensureInstalled() {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    giveUp(`Holdfast needs Node 20 or newer; this is ${process.version}.`)
  }
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...packages.map((name) => `${name}/package.json`)]
  const wanted = `${process.platform} ${process.arch} ${fingerprint(files)}`
  if (readStamp(stamp) === wanted) return
  say(
    existsSync(stamp)
      ? 'Packages have changed: installing them …'
      : 'Installing packages; the first time takes a minute or two …',
  )
  const started = Date.now()
  // With CI set, pnpm asks no questions.
  const code = await run('npx', ['--yes', pnpm, 'install', '--frozen-lockfile'], {
    env: { CI: 'true' },
    quiet: true,
    shell: process.platform === 'win32',
  }).catch((error) => giveUp(`npx could not be started (${error.code}). Holdfast needs Node with npm.`))
  if (code !== 0) giveUp('\nThe packages could not be installed: see above. Is the package registry reachable?')
  writeFileSync(stamp, `${wanted}\n`)
  say(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`)
}
