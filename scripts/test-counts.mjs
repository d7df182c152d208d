import { basename } from 'node:path'

export const emptyCounts = { passed: 0, failed: 0, skipped: 0 }

/**
 * Reads a report of Vitest's JSON reporter. A file that could not be loaded holds no failed test and still failed; an error
 * outside of any test shows in the exit code alone. With `isFiltered`, what the filter left out is not counted, and nothing left is no failure.
 */
export function countVitest(report, exitCode, { isFiltered = false } = {}) {
  const counts = { ...emptyCounts }
  for (const file of report?.testResults ?? []) {
    const failedBefore = counts.failed
    for (const { status } of file.assertionResults) {
      counts[status === 'passed' ? 'passed' : status === 'failed' ? 'failed' : 'skipped'] += 1
    }
    if (file.status === 'failed' && counts.failed === failedBefore) counts.failed += 1
  }
  return isFiltered ? { ...withExitCode(counts, exitCode, isFiltered), skipped: 0 } : withExitCode(counts, exitCode)
}

/** Reads a report of Playwright's JSON reporter; a test that passed at the second try counts as passed, and is named by `listFlaky`. */
export function countPlaywright(report, exitCode, { isFiltered = false } = {}) {
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = report?.stats ?? {}
  return withExitCode({ passed: expected + flaky, failed: unexpected, skipped }, exitCode, isFiltered)
}

/** The tests in a report of either JSON reporter that passed at the second try only: each has a fault, or has found one. */
export function listFlaky(report) {
  const inVitest = (report?.testResults ?? []).flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status, failureMessages = [] }) => status === 'passed' && failureMessages.length > 0)
      .map(({ fullName }) => `${basename(name)}: ${fullName}`),
  )
  const inPlaywright = ({ suites = [], specs = [] }) => [
    ...suites.flatMap(inPlaywright),
    ...specs.filter(({ tests }) => tests.some(({ status }) => status === 'flaky')).map(({ file, title }) => `${file}: ${title}`),
  ]
  return [...inVitest, ...inPlaywright(report ?? {})]
}

/** No test at all, and an exit code that no counted failure explains, are failures too. */
function withExitCode(counts, exitCode, mayBeEmpty = false) {
  const isUnexplained = counts.failed === 0 && (exitCode !== 0 || (counts.passed === 0 && !mayBeEmpty))
  return isUnexplained ? { ...counts, failed: 1 } : counts
}

export function addCounts(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }
}

export function countsToLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
