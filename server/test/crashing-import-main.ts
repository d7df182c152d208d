import { createApp } from '../src/app/app.ts'
import { environmentToConfig } from '../src/config/config.ts'
import { createClock } from '../src/platform/clock.ts'
import type { Database } from '../src/platform/database/database.ts'
import { openPglite } from '../src/platform/database/open-pglite.ts'
import { createLogger } from '../src/platform/logger.ts'

/**
 * The server, which kills itself with SIGKILL at a moment that a number determines: after SIGUSR2 it counts the beginnings and ends of
 * transactions, and the looks at the clock within and between them, and does not survive `CRASH_AFTER` of them.
 */
let moments = Number.POSITIVE_INFINITY

process.on('SIGUSR2', () => {
  moments = Number(process.env['CRASH_AFTER'])
})

function countMoment(): void {
  moments -= 1
  if (moments > 0) return
  process.kill(process.pid, 'SIGKILL')
  // The signal comes as soon as it is sent to the process itself, and nothing more may happen until then.
  for (;;);
}

function countTransactions(database: Database): Database {
  const { queries } = database
  const transaction: typeof queries.transaction = async (...work) => {
    countMoment()
    const result = await queries.transaction(...work)
    countMoment()
    return result
  }
  const counted = new Proxy(queries, {
    get: (target, name) => (name === 'transaction' ? transaction : (Reflect.get(target, name, target) as unknown)),
  })
  return { ...database, queries: counted }
}

const config = environmentToConfig(process.env)
const clock = createClock(0)
const app = await createApp(config, {
  logger: createLogger(config.logLevel),
  database: countTransactions(await openPglite(config.dataDir ?? '')),
  clock: {
    now: () => {
      countMoment()
      return clock.now()
    },
  },
})
process.stdout.write(`  Holdfast is ready: ${app.url}\n`)
