import { createApp } from '../server/src/app/app.ts'
import { environmentToConfig } from '../server/src/config/config.ts'
import { createLogger } from '../server/src/platform/logger.ts'

/** The server as a process of the harness. `CHAOS_CLOCK_OFFSET_MS` makes its clock wrong, for everything that asks what time it is. */
const offsetMs = Number(process.env['CHAOS_CLOCK_OFFSET_MS'] ?? 0)
if (offsetMs !== 0) {
  const RightDate = Date
  class WrongDate extends RightDate {
    constructor(...args: [] | [number | string | Date]) {
      super(args.length === 0 ? RightDate.now() + offsetMs : args[0])
    }
    static override now() {
      return RightDate.now() + offsetMs
    }
  }
  globalThis.Date = WrongDate as DateConstructor
}

const config = environmentToConfig(process.env)
const app = await createApp(config, { logger: createLogger(config.logLevel) })
process.stdout.write(`  Holdfast is ready: ${app.url}\n`)
process.on('SIGTERM', () => {
  app.close().then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`)
      process.exit(1)
    },
  )
})
