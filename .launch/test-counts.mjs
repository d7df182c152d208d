export const emptyCounts = { passed: 0, failed: 0, skipped: 0 }

/**
 * What a report of Vitest's JSON reporter says. A file that could not be loaded holds no failed test and still failed; what goes wrong
 * outside of any test shows in the exit code alone.
 */
export function countVitest(report, exitCode) {
  const counts = { ...emptyCounts }
  for (const file of report?.testResults ?? []) {
    const failedBefore = counts.failed
    for (const { status } of file.assertionResults) {
      counts[status === 'passed' ? 'passed' : status === 'failed' ? 'failed' : 'skipped'] += 1
    }
    if (file.status === 'failed' && counts.failed === failedBefore) counts.failed += 1
  }
  return withExitCode(counts, exitCode)
}

/** What a report of Playwright's JSON reporter says; a test that passed at the second try counts as failed. */
export function countPlaywright(report, exitCode) {
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = report?.stats ?? {}
  return withExitCode({ passed: expected, failed: unexpected + flaky, skipped }, exitCode)
}

/** No test at all, and an exit code that no counted failure explains, are failures too. */
function withExitCode(counts, exitCode) {
  const isUnexplained = counts.failed === 0 && (exitCode !== 0 || counts.passed === 0)
  return isUnexplained ? { ...counts, failed: 1 } : counts
}
