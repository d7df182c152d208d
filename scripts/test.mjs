import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runChecks } from './check.mjs'
import { chooseTests } from './choose-tests.mjs'
import { ensureInstalled } from './install.mjs'
import { ensurePage } from './page.mjs'
import { root, say } from './project.mjs'
import { addCounts, countPlaywright, countsToLine, countVitest, emptyCounts, listFlaky } from './test-counts.mjs'
import { runNode } from './run.mjs'

/**
 * `npm test`: the checks and every test. `npm test -- <path or name> …`: only those tests, without the checks. The last line counts them.
 */
const asked = process.argv.slice(2)

/** A run that hangs is stopped and counts as failed. On a busy machine everything takes several times as long as on an idle one. */
const minute = 60_000
const deadline = Date.now() + 90 * minute
const minimumLineCoverage = 80
/** A machine that shares its processors can stop a program for seconds. Who needed it is named, and chosen tests get none. */
const secondTry = '--retry=1'
/** The reports of a whole run stay, to be looked into. */
const cache = join(root, 'node_modules', '.cache', 'holdfast-tests')
const results = asked.length === 0 ? cache : `${cache}-${process.pid}`

await ensureInstalled()
rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })

const parts = []
await (asked.length === 0 ? runEverything() : runChosen(chooseTests(asked)))

say('')
for (const { name, counts, seconds } of parts) say(` ${countsToLine(counts)}  (${name}, ${seconds} s)`)
const total = parts.reduce((sum, { counts }) => addCounts(sum, counts), emptyCounts)
say(countsToLine(total))
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1

async function runEverything() {
  await part('Checks', runChecks)
  await runNode(['server/testing/bundle-programs.ts'])
  await part('Tests that count lines', () =>
    runVitest('covered-tests', 40 * minute, [...projects('shared', 'drizzle', 'server'), '--coverage', secondTry], {}, 'covered'),
  )
  await part('Line coverage', countCoverage)
  await part('Tests of whole servers, also on Postgres, of the page and of the packages', () =>
    runVitest(
      'more-tests',
      40 * minute,
      [...projects('server', 'postgres', 'client', 'packaging', 'chaos'), secondTry],
      {},
      'uncovered',
    ),
  )
  await part('Browser', () => runPlaywright(['--retries=1']))
}

async function runChosen({ vitest, playwright, isByName }) {
  process.once('exit', () => rmSync(results, { recursive: true, force: true }))
  if (vitest !== null) {
    await part('Tests', () => runVitest('tests', 40 * minute, [...vitest, '--passWithNoTests'], { isFiltered: isByName }))
  }
  if (playwright !== null) {
    await part('Browser', () => runPlaywright([...playwright, '--pass-with-no-tests'], { isFiltered: isByName }))
  }
}

async function part(name, work) {
  say(`\n${name}`)
  const started = Date.now()
  const counts = await work()
  parts.push({ name, counts, seconds: Math.round((Date.now() - started) / 1000) })
}

function projects(...names) {
  return names.flatMap((name) => ['--project', name])
}

/** `serverTests` chooses a part of the server's tests, which `vitest.config.ts` names. */
async function runVitest(name, budgetMs, args, options, serverTests = '') {
  const output = join(results, `${name}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${output}`]
  const coverageReporters = ['--coverage.reporter=json-summary', `--coverage.reportsDirectory=${results}`]
  const code = await runNode(['node_modules/vitest/vitest.mjs', 'run', ...args, ...reporters, ...coverageReporters], {
    env: { TEST_SERVER_PART: serverTests },
    timeoutMs: Math.max(1, Math.min(budgetMs, deadline - Date.now())),
  })
  const report = readJson(output)
  nameFlaky(report)
  return countVitest(report, code, options)
}

/** One count a package: the lines of it that the tests above have run. The other tests can only add to them. */
async function countCoverage() {
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

async function runPlaywright(args, options) {
  await ensurePage()
  const output = join(results, 'browser.json')
  const code = await runNode(['node_modules/@playwright/test/cli.js', 'test', ...args, '--reporter=list,json'], {
    cwd: join(root, 'client'),
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: output },
    timeoutMs: Math.max(1, deadline - Date.now()),
  })
  const report = readJson(output)
  nameFlaky(report)
  return countPlaywright(report, code, options)
}

function nameFlaky(report) {
  for (const name of listFlaky(report)) say(` ⚠ passed at the second try only: ${name}`)
}

function readJson(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null
}
