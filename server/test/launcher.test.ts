import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}
interface Options {
  readonly isFiltered?: boolean
}
interface TestCounts {
  readonly countVitest: (report: unknown, exitCode: number, options?: Options) => Counts
  readonly listFlaky: (report: unknown) => string[]
  readonly countPlaywright: (report: unknown, exitCode: number, options?: Options) => Counts
}
interface ChosenTests {
  readonly vitest: readonly string[] | null
  readonly playwright: readonly string[] | null
  readonly isByName: boolean
}

let counting: TestCounts
let chooseTests: (asked: readonly string[]) => ChosenTests

beforeAll(async () => {
  counting = (await import(join(root, 'scripts/test-counts.mjs'))) as TestCounts
  ;({ chooseTests } = (await import(join(root, 'scripts/choose-tests.mjs'))) as { chooseTests: typeof chooseTests })
})

describe('npm test -- <path or name>', () => {
  test.each([
    { asked: ['client/e2e/reload.spec.ts'], playwright: [String.raw`e2e/reload\.spec\.ts`] },
    { asked: ['reload'], playwright: [String.raw`e2e/reload\.spec\.ts`] },
    { asked: ['reload.spec.ts'], playwright: [String.raw`e2e/reload\.spec\.ts`] },
    { asked: ['client/e2e'], playwright: [] },
    { asked: ['server/test/tree.test.ts'], vitest: ['server/test/tree.test.ts'] },
    { asked: ['server/src/models/'], vitest: ['server/src/models'] },
    { asked: ['server/src/models/count-tokens.ts'], vitest: ['server/src/models/count-tokens.test.ts'] },
    { asked: ['client'], vitest: ['client'], playwright: [] },
    {
      asked: ['server/test/tree.test.ts', 'an edit (of a message)'],
      vitest: ['server/test/tree.test.ts', '--testNamePattern', String.raw`an edit \(of a message\)`],
    },
    { asked: ['kill -9'], vitest: ['--testNamePattern', 'kill -9'], playwright: ['--grep', 'kill -9'] },
  ])('$asked', ({ asked, vitest = null, playwright = null }) => {
    expect(chooseTests(asked)).toMatchObject({ vitest, playwright })
  })

  test('runs that test alone and ends with a line that counts it', async () => {
    const asked = ['scripts/test.mjs', 'server/test/launcher.test.ts', 'a run without a report']
    const { stdout } = await promisify(execFile)(process.execPath, asked, { cwd: root })
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('1 passed, 0 failed')
  })
})

describe('npm test counts', () => {
  test('tests of a real run: passed, failed, skipped, and files that could not be loaded', async () => {
    const { report, exitCode } = await runVitest({
      'good.test.mjs': `test('a', () => {}); test.skip('b', () => {}); test.todo('c')`,
      'bad.test.mjs': `test('a', () => { throw new Error('no') })`,
      'broken.test.mjs': `import './is-not-there.mjs'; test('a', () => {})`,
      'empty.test.mjs': ``,
    })
    expect(counting.countVitest(report, exitCode)).toEqual({ passed: 1, failed: 3, skipped: 2 })
  })

  test('a hook that fails although every test passes', async () => {
    const { report, exitCode } = await runVitest({
      'hook.test.mjs': `afterAll(() => { throw new Error('no') }); test('a', () => {})`,
    })
    expect(counting.countVitest(report, exitCode)).toEqual({ passed: 1, failed: 1, skipped: 0 })
  })

  test('an unhandled error, outside of every test', async () => {
    const { report, exitCode } = await runVitest({
      'stray.test.mjs': `test('a', () => { void Promise.reject(new Error('stray')) })`,
    })
    expect(counting.countVitest(report, exitCode)).toEqual({ passed: 1, failed: 1, skipped: 0 })
  })

  test('a run without a report or without a test as failed', () => {
    expect(counting.countVitest(null, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 })
    expect(counting.countVitest({ testResults: [] }, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 })
    expect(counting.countPlaywright(null, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })

  test('the tests that a filter leaves out neither as skipped nor as failed', () => {
    const skipped = { testResults: [{ status: 'passed', assertionResults: [{ status: 'skipped' }] }] }
    expect(counting.countVitest(skipped, 0, { isFiltered: true })).toEqual({ passed: 0, failed: 0, skipped: 0 })
    expect(counting.countVitest(skipped, 1, { isFiltered: true })).toEqual({ passed: 0, failed: 1, skipped: 0 })
    expect(counting.countPlaywright({ stats: {} }, 0, { isFiltered: true })).toEqual({ passed: 0, failed: 0, skipped: 0 })
  })

  test('a test that passed at the second try as passed, and names it', () => {
    const results = [
      { status: 'passed', fullName: 'one', failureMessages: [] },
      { status: 'passed', fullName: 'two', failureMessages: ['no'] },
      { status: 'failed', fullName: 'three', failureMessages: ['no', 'no'] },
    ]
    const tried = { testResults: [{ name: '/home/me/a.test.ts', status: 'failed', assertionResults: results }] }
    expect(counting.listFlaky(tried)).toEqual(['a.test.ts: two'])
    expect(counting.countVitest(tried, 1)).toEqual({ passed: 2, failed: 1, skipped: 0 })
    const spec = (title: string, status: string) => ({ file: 'a.spec.ts', title, tests: [{ status }] })
    const suites = [{ specs: [spec('one', 'expected')], suites: [{ specs: [spec('two', 'flaky')] }] }]
    const report = { stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 }, suites }
    expect(counting.listFlaky(report)).toEqual(['a.spec.ts: two'])
    expect(counting.countPlaywright(report, 1)).toEqual({ passed: 5, failed: 1, skipped: 2 })
  })
})

describe('a program that the launcher becomes', () => {
  test('gives its exit code', async () => {
    await using program = await startProgram(`process.exitCode = 7; process.stdout.write(process.pid + '\\n')`)
    expect(await program.exitCode).toBe(7)
  })

  test('hears of a signal once, however often the launcher gets it', async () => {
    await using program = await startProgram(`
      let heard = 0
      process.on('SIGTERM', () => { heard += 1; setTimeout(() => process.exit(heard), 400) })
      process.stdout.write(process.pid + '\\n')
      setInterval(() => {}, 1000)`)
    program.launcher.kill('SIGTERM')
    program.launcher.kill('SIGTERM')
    expect(await program.exitCode).toBe(1)
  })

  test('stops in order when the launcher is killed', async () => {
    await using directory = await createTemporaryDirectory()
    const note = join(directory.path, 'note')
    await using program = await startProgram(`
      process.on('SIGTERM', () => { require('node:fs').writeFileSync(${JSON.stringify(note)}, 'in order'); process.exit() })
      process.stdout.write(process.pid + '\\n')
      setInterval(() => {}, 1000)`)
    program.launcher.kill('SIGKILL')
    await vi.waitFor(() => expect(isRunning(program.pid)).toBe(false), 60_000)
    expect(await readFile(note, 'utf8')).toBe('in order')
  })
})

test('npm run db:generate finds the tables, and the migrations make them as they are', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'scripts/script.mjs'), 'db:generate'], { cwd: root })
  expect(stdout).toContain('No schema changes')
})

/** A launcher that becomes this script; resolves when the script has printed its pid. */
async function startProgram(script: string) {
  const directory = await createTemporaryDirectory()
  const path = join(directory.path, 'program.cjs')
  await writeFile(path, script)
  const become = `import { become } from ${JSON.stringify(join(root, 'scripts/run.mjs'))}; become([${JSON.stringify(path)}])`
  const launcher = spawn(process.execPath, ['--input-type=module', '-e', become], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exitCode = once(launcher, 'exit').then(([code]) => code as number | null)
  const [line] = (await once(launcher.stdout, 'data')) as [Buffer]
  const pid = Number(line.toString())
  return {
    launcher,
    pid,
    exitCode,
    [Symbol.asyncDispose]: async () => {
      launcher.kill('SIGKILL')
      await exitCode
      await directory[Symbol.asyncDispose]()
    },
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
    throw error
  }
}

/** Runs Vitest on files of its own, in a folder of its own. */
async function runVitest(files: Readonly<Record<string, string>>): Promise<{ report: unknown; exitCode: number }> {
  await using directory = await createTemporaryDirectory()
  for (const [name, code] of Object.entries(files)) await writeFile(join(directory.path, name), code)
  const output = join(directory.path, 'report.json')
  const args = ['run', '--globals', '--root', directory.path, '--reporter=json', `--outputFile.json=${output}`]
  const exitCode = await new Promise<number>((resolve) => {
    const vitest = execFile(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args])
    vitest.once('close', (code) => resolve(code ?? 1))
  })
  return { report: JSON.parse(await readFile(output, 'utf8')) as unknown, exitCode }
}
