import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const fixedSeed = fileURLToPath(new URL('./shared/test/fixed-seed.ts', import.meta.url))

export default defineConfig({
  test: {
    // One more than there are cores: many tests wait, for a server to start, a timer or a lease.
    maxWorkers: Math.min(4, availableParallelism() + 1),
    coverage: {
      provider: 'v8',
      include: ['server/src/**/*.ts', 'shared/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.contract.ts', 'server/src/main.ts', 'server/src/dev-page.ts'],
      reportsDirectory: 'coverage',
      reportOnFailure: true,
    },
    projects: [
      project('shared', ['shared/**/*.test.ts'], 20_000),
      project('drizzle', ['drizzle/**/*.test.ts'], 60_000),
      serverProject(),
      postgresProject(),
      project('client', ['client/src/**/*.test.{ts,tsx}'], 20_000),
      project('packaging', ['server/test/packaging/*.test.ts'], 300_000),
    ],
  },
})

function project(name: string, include: string[], testTimeout: number, exclude: string[] = []) {
  const hookTimeout = Math.max(60_000, testTimeout)
  return {
    extends: true as const,
    // Files share their worker's modules: loading the server anew for each would take half of the time. Nothing of ours is a global.
    test: {
      name,
      include,
      exclude: ['**/node_modules/**', ...exclude],
      testTimeout,
      hookTimeout,
      isolate: false,
      // Before every file: what one of them sets for fast-check is not there in the next.
      setupFiles: [fixedSeed],
      expect: { poll: { timeout: 20_000 } },
    },
  }
}

/** Everything on the embedded database, also when the project beside it has started a Postgres. */
function serverProject() {
  const { extends: inherits, test } = project('server', ['server/**/*.test.ts'], 120_000, [
    'server/test/packaging/**',
    '**/*.pg.test.ts',
  ])
  return { extends: inherits, test: { ...test, env: { TEST_POSTGRES_URL: '', TEST_DATABASE: 'pglite' } } }
}

/** The whole-system tests once more, on a real Postgres that this project starts, and those that need two connections. */
function postgresProject() {
  const { extends: inherits, test } = project('postgres', ['server/test/*.test.ts', 'server/**/*.pg.test.ts'], 120_000, [
    'server/test/{crash,shutdown,lint-rules,documentation,launcher,mcp-conformance,mcp-servers}*.test.ts',
  ])
  return {
    extends: inherits,
    test: { ...test, env: { TEST_DATABASE: 'postgres' }, globalSetup: ['server/test/postgres/global-setup.ts'] },
  }
}
