import { pathToFileURL } from 'node:url'
import { ensureInstalled } from './install.mjs'
import { say } from './project.mjs'
import { runNode } from './run.mjs'

/** Cheap ones first. Each prints only when it fails. */
const checks = [
  { name: 'format', args: ['node_modules/oxfmt/bin/oxfmt', '--check', '.'] },
  { name: 'lint', args: ['node_modules/oxlint/bin/oxlint', '--quiet'] },
  { name: 'dead code', args: ['node_modules/knip/bin/knip.js', '--no-progress'] },
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '-p', '.'] },
  { name: 'docs', args: ['server/docs-generator/main.ts', '--check'] },
]

/** Runs every check, also after one has failed. Gives how many passed and failed. */
export async function runChecks() {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const { name, args } of checks) {
    const started = Date.now()
    const code = await runNode(args, { quiet: true })
    counts[code === 0 ? 'passed' : 'failed'] += 1
    const seconds = ((Date.now() - started) / 1000).toFixed(1)
    say(` ${code === 0 ? '✓' : '✗'} ${name} ${seconds} s`)
  }
  return counts
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await ensureInstalled()
  const { failed } = await runChecks()
  process.exitCode = failed === 0 ? 0 : 1
}
