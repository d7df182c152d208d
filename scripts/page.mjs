import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprint, giveUp, readStamp, root, say } from './project.mjs'
import { publishPage } from './publish-page.mjs'
import { runNode } from './run.mjs'

const dist = join(root, 'client', 'dist')
const stamp = join(dist, '.built-from')
const sources = [
  'client/src',
  'client/public',
  'client/index.html',
  'client/vite.config.ts',
  'client/build',
  'client/package.json',
  'shared/src',
  'pnpm-lock.yaml',
]

/** Builds the page, unless the existing one was built from the same sources. A running server serves the old one meanwhile. */
export async function ensurePage() {
  const wanted = fingerprint(sources, (path) => !/\.test\.tsx?$/u.test(path))
  if (readStamp(stamp) === wanted && existsSync(join(dist, 'index.html'))) return
  say('Building the page …')
  const vite = join(root, 'client', 'node_modules', 'vite', 'bin', 'vite.js')
  const built = join(root, 'node_modules', '.cache', 'holdfast-page', String(process.pid))
  const code = await runNode([vite, 'build', '--logLevel', 'warn', '--outDir', built], { cwd: join(root, 'client'), quiet: true })
  if (code === 0) {
    rmSync(stamp, { force: true })
    publishPage(built, dist)
  }
  rmSync(built, { recursive: true, force: true })
  if (code !== 0) giveUp('\nThe page could not be built: see above.')
  writeFileSync(stamp, `${wanted}\n`)
}
