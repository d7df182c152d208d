import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runChecks } from './check.mjs'
import { ensureInstalled } from './install.mjs'
import { ensurePage } from './page.mjs'
import { root, say } from './project.mjs'
import { countPlaywright, countVitest, emptyCounts } from './test-counts.mjs'
import { runNode } from './run.mjs'

/** What hangs is stopped and counts as failed. On a busy machine everything takes several times as long as on an idle one. */
const minute = 60_000
const deadline = Date.now() + 45 * minute
const minimumLineCoverage = 80
const results = join(root, 'node_modules', '.cache', 'holdfast-tests')

await ensureInstalled()
rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })

const parts = []
await part('Checks', runChecks)
await part('Tests', () => vitest('tests', 25 * minute, [...projects('shared', 'drizzle', 'server'), '--coverage']))
await part('Line coverage', coverage)
// Apart, because watching which lines are run costs every test of a run its share.
await part('Tests on Postgres, and of the page', () => vitest('more-tests', 25 * minute, projects('postgres', 'client')))
await part('Packages, installed elsewhere', () => vitest('packaging', 8 * minute, ['--project', 'packaging']))
if (existsSync(join(root, 'client', 'e2e'))) await part('Browser', browser)

say('')
for (const { name, counts, seconds } of parts) say(` ${countsToLine(counts)}  (${name}, ${seconds} s)`)
const total = parts.reduce((sum, { counts }) => addCounts(sum, counts), emptyCounts)
say(countsToLine(total))
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1

async function part(name, work) {
  say(`\n${name}`)
  const started = Date.now()
  const counts = await work()
  parts.push({ name, counts, seconds: Math.round((Date.now() - started) / 1000) })
}

function projects(...names) {
  return names.flatMap((name) => ['--project', name])
}

async function vitest(name, budgetMs, args) {
  const output = join(results, `${name}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${output}`]
  const coverageReporters = ['--coverage.reporter=json-summary', `--coverage.reportsDirectory=${results}`]
  const code = await runNode(['node_modules/vitest/vitest.mjs', 'run', ...args, ...reporters, ...coverageReporters], {
    timeoutMs: Math.max(1, Math.min(budgetMs, deadline - Date.now())),
  })
  return countVitest(readJson(output), code)
}

/** One count a package: its lines that the tests above have run. */
async function coverage() {
  const summary = readJson(join(results, 'coverage-summary.json')) ?? {}
  const counts = { ...emptyCounts }
  for (const name of ['server', 'shared']) {
    const files = Object.entries(summary).filter(([path]) => path.startsWith(join(root, name)))
    const total = files.reduce((sum, [, { lines }]) => sum + lines.total, 0)
    const covered = files.reduce((sum, [, { lines }]) => sum + lines.covered, 0)
    const percent = total === 0 ? 0 : (100 * covered) / total
    const isEnough = percent >= minimumLineCoverage
    counts[isEnough ? 'passed' : 'failed'] += 1
    say(` ${isEnough ? '✓' : '✗'} ${name} ${percent.toFixed(1)} % (at least ${minimumLineCoverage} %)`)
  }
  return counts
}

async function browser() {
  await ensurePage()
  const output = join(results, 'browser.json')
  const code = await runNode(['node_modules/@playwright/test/cli.js', 'test', '--reporter=list,json'], {
    cwd: join(root, 'client'),
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: output },
    timeoutMs: Math.max(1, deadline - Date.now()),
  })
  return countPlaywright(readJson(output), code)
}

function readJson(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null
}

function addCounts(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }
}

function countsToLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
