import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { lateOptimisation } from './server/testing/late-optimisation.ts'

const fixedSeed = fileURLToPath(new URL('./shared/test/fixed-seed.ts', import.meta.url))
const failOnConsoleError = fileURLToPath(new URL('./shared/test/fail-on-console-error.ts', import.meta.url))

/** Files that take a minute or so, mostly because they start servers: begun last, they would run alone at the end. */
const slowFiles =
  /(?:backup|kills|upgrade|crash|crash-tools|crash-mcp|crash-import|crash-pictures|import-memory|imports|shutdown|authorisation|packaging|two-nodes\.pg|whole-text|launcher|chaos)\.test\.tsx?$/u

/** Within each project, because a worker is replaced when the project of its next file is another. */
class SlowFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => (slowFiles.test(moduleId) ? 0 : 1)
    const projects = Map.groupBy(await super.sort(files), ({ project: { name } }) => name)
    return [...projects.values()].flatMap((own) => own.toSorted((one, other) => rank(one) - rank(other)))
  }
}

/** Nothing in these depends on the database, or they bring one along: they are about processes, files, transports, models and tools. */
const sameOnAnyDatabase = [
  'attack*',
  'audit-command',
  'architecture',
  'authorisation',
  'bad-input',
  'base-path',
  'bad-requests',
  'broken-connections',
  'corpus',
  'crash*',
  'deleted-for-good',
  'demo-acts',
  'deploy',
  'documentation',
  'file-storage',
  'floors',
  'full-disk',
  'import-memory',
  'launcher',
  'local-model*',
  'log-secrets',
  'lint-rules',
  'mcp-*',
  'media-to-model',
  'model-limits',
  'odd-mcp-tools',
  'protocol-rules',
  'provider-failures',
  'proxy',
  'publish-page',
  'python-client',
  'random-mcp-servers',
  'redis-bus',
  'shutdown',
  'start-cost',
  'system',
  'title',
  'traces',
  'unread-socket',
  'whose-rows',
  'wire-frames',
].map((name) => `server/test/${name}.test.ts`)

/**
 * Tests that run most lines. Watching which lines are run costs a test a fifth of its time, so `npm test` does it for these alone: the others
 * cannot make the covered lines fewer.
 */
const covered = [
  'server/{src,testing,docs-generator}/**/*.test.ts',
  ...[
    'activity',
    'answer-pictures',
    'audit',
    'backup',
    'endings',
    'files',
    'idempotency',
    'import-own-export',
    'imports',
    'limits',
    'main-road',
    'mcp-chat',
    'people',
    'providers',
    'search',
    'tool-loop',
    'voice',
    'withdraw',
  ].map((name) => `server/test/${name}.test.ts`),
]

export default defineConfig({
  test: {
    // One more than there are cores: many tests wait, for a server to start, a timer or a lease.
    maxWorkers: Math.min(4, availableParallelism() + 1),
    sequence: { sequencer: SlowFilesFirst },
    coverage: {
      provider: 'v8',
      include: ['server/src/**/*.ts', 'shared/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.contract.ts', 'server/src/main.ts', 'server/src/dev-page.ts'],
      reportsDirectory: 'coverage',
      reportOnFailure: true,
    },
    projects: [
      project('shared', ['shared/**/*.test.ts']),
      project('drizzle', ['drizzle/**/*.test.ts']),
      serverProject(),
      postgresProject(),
      project('client', ['client/src/**/*.test.{ts,tsx}']),
      project('packaging', ['server/test/packaging/*.test.ts']),
      project('chaos', ['chaos/**/*.test.ts']),
    ],
  },
})

function project(name: string, include: string[], exclude: string[] = []) {
  return {
    extends: true as const,
    // Files share their worker's modules: loading the server anew for each would take half of the time. Nothing of ours is a global.
    test: {
      name,
      include,
      exclude: ['**/node_modules/**', ...exclude],
      // These catch what hangs; a busy machine takes several times as long as an idle one.
      testTimeout: 300_000,
      hookTimeout: 300_000,
      isolate: false,
      env: lateOptimisation,
      // Before every file: what one of them sets for fast-check is not there in the next.
      setupFiles: [fixedSeed, failOnConsoleError],
      expect: { poll: { timeout: 60_000 } },
    },
  }
}

/**
 * Everything on the embedded database, also when the project beside it has started a Postgres. `TEST_SERVER_PART` chooses the tests that
 * `npm test` runs with coverage, or the others.
 */
function serverProject() {
  const part = process.env['TEST_SERVER_PART']
  const include = part === 'covered' ? covered : ['server/**/*.test.ts']
  const exclude = ['server/test/packaging/**', '**/*.pg.test.ts', ...(part === 'uncovered' ? covered : [])]
  const { extends: inherits, test } = project('server', include, exclude)
  return { extends: inherits, test: { ...test, env: { ...test.env, TEST_POSTGRES_URL: '', TEST_DATABASE: 'pglite' } } }
}

/** The other whole-system tests once more, on a real Postgres that this project starts, and those that need two connections. */
function postgresProject() {
  const include = ['server/test/*.test.ts', 'server/**/*.pg.test.ts']
  const { extends: inherits, test } = project('postgres', include, sameOnAnyDatabase)
  return {
    extends: inherits,
    test: {
      ...test,
      env: { ...test.env, TEST_DATABASE: 'postgres' },
      globalSetup: ['server/test/postgres/global-setup.ts'],
    },
  }
}
