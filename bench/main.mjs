import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * `npm run bench -- <point> [--short]`: runs one point, a program of this folder, alone. Without a point it lists them. Each prints its
 * figures as ratios to references that it measured in the same run, and writes bench/results/<point>.json.
 */
const folder = fileURLToPath(new URL('.', import.meta.url))
const points = new Map(
  readdirSync(folder)
    .filter((name) => /\.(?:ts|mjs)$/u.test(name) && name !== 'main.mjs')
    .map((name) => [name.replace(/\.\w+$/u, ''), name]),
)
const [point, ...rest] = process.argv.slice(2)
const file = points.get(point ?? '')
if (file === undefined) {
  const list = [...points.keys()].toSorted().join(', ')
  process.stdout.write(
    `npm run bench -- <point> [--short]\nPoints: ${list}. npm run bench:server has the figures of the server alone.\n`,
  )
  process.exit(point === undefined ? 0 : 2)
}
const args = ['--disable-warning=ExperimentalWarning', '--expose-gc', `${folder}${file}`, ...rest]
process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1)
