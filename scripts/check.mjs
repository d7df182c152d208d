import { availableParallelism } from 'node:os'
import { pathToFileURL } from 'node:url'
import { ensureInstalled } from './install.mjs'
import { packages, say } from './project.mjs'
import { runNodeQuietly } from './run.mjs'

/** In the order in which they start: the long ones first, so that they end together. */
const checks = [
  {
    name: 'types',
    // Only what has changed since the last run is checked again.
    args: [
      'node_modules/typescript/bin/tsc',
      '-p',
      '.',
      '--incremental',
      '--tsBuildInfoFile',
      'node_modules/.cache/types.tsbuildinfo',
    ],
  },
  { name: 'lint', args: ['node_modules/oxlint/bin/oxlint', '--quiet'] },
  { name: 'dead code', args: ['node_modules/knip/bin/knip.js', '--no-progress'] },
  {
    name: 'floors',
    args: [
      'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
      '--config',
      '.dependency-cruiser.mjs',
      ...packages.map((name) => `${name}/src`),
      'server/testing',
      'chaos',
      'bench',
    ],
  },
  { name: 'docs', args: ['scripts/write-docs.mjs', '--check'] },
  { name: 'format', args: ['node_modules/oxfmt/bin/oxfmt', '--check', '.'] },
]

/**
 * Runs every check, as many side by side as there are cores, also after one has failed. Each prints its line in the order of the list,
 * and what it says only when it fails. Gives how many passed and failed.
 */
export async function runChecks() {
  const queue = [...checks]
  const results = new Map()
  const counts = { passed: 0, failed: 0, skipped: 0 }
  let printed = 0
  const work = async () => {
    for (let check = queue.shift(); check; check = queue.shift()) {
      const started = Date.now()
      const { code, output } = await runNodeQuietly(check.args)
      results.set(check, { code, output, seconds: ((Date.now() - started) / 1000).toFixed(1) })
      counts[code === 0 ? 'passed' : 'failed'] += 1
      for (; results.has(checks[printed]); printed += 1) print(checks[printed].name, results.get(checks[printed]))
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return counts
}

function print(name, { code, output, seconds }) {
  if (code !== 0) process.stderr.write(output)
  say(` ${code === 0 ? '✓' : '✗'} ${name} ${seconds} s`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await ensureInstalled()
  const { failed } = await runChecks()
  process.exitCode = failed === 0 ? 0 : 1
}
