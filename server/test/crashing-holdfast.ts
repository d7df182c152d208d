import type { PGlite } from '@electric-sql/pglite'
import { migratePglite } from '@holdfast/drizzle'
import { runCli } from '../src/cli/run-cli.ts'
import { environmentToConfig } from '../src/config/config.ts'
import { createLogger } from '../src/platform/logger.ts'
import { openPglite } from '../src/platform/database/open-pglite.ts'
import { openPostgres } from '../src/platform/database/open-postgres.ts'

/**
 * The program `holdfast`, which kills itself with SIGKILL at the step CRASH_STEP of its work, counted from 0. The command `upgrade` opens
 * the database as the server does; its steps are the statements of the migrations.
 */
let left = Number(process.env['CRASH_STEP'])

function step(): void {
  if (left === 0) process.kill(process.pid, 'SIGKILL')
  left -= 1
}

/** A PGlite whose statements are steps, also those of its transactions. */
function countStatements<Client extends object>(client: Client): Client {
  return new Proxy(client, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        if (name === 'query' || name === 'exec') step()
        const [work] = args
        const given =
          name === 'transaction' && typeof work === 'function'
            ? [(tx: object) => (work as (tx: object) => unknown)(countStatements(tx))]
            : args
        return Reflect.apply(value, target, given) as unknown
      }
    },
  })
}

process.umask(0o077)
const config = environmentToConfig(process.env)
if (process.argv[2] === 'upgrade') {
  const database = await (config.databaseUrl === null
    ? openPglite(config.dataDir, (pglite: PGlite) => migratePglite(countStatements(pglite)))
    : openPostgres(config.databaseUrl))
  await database.close()
} else {
  process.exitCode = await runCli(process.argv.slice(2), {
    streams: { out: process.stdout, err: process.stderr },
    logger: createLogger('silent'),
    readConfig: () => config,
    onProgress: step,
  })
}
