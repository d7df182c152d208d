import { existsSync } from 'node:fs'
import { loadEnvFile } from 'node:process'
import type { AppOverrides } from './app.ts'
import { ConfigError, environmentToConfig } from './config.ts'
import { DirectoryLockedError } from './database/directory-lock.ts'
import { createLogger } from './logger.ts'
import { loadTokenizer } from './models/count-tokens.ts'
import { describeModels } from './models/describe-models.ts'

/** Signals this close together are one. */
const repeatedSignalMs = 500

/** What an operator can put right; everything else is a defect and shows its stack. */
function errorToLine(error: unknown): string | null {
  if (error instanceof ConfigError || error instanceof DirectoryLockedError) return error.message
  if (!(error instanceof Error) || !('code' in error)) return null
  if (error.code === 'EADDRINUSE') return 'PORT: another program listens there already. Stop it, or set PORT to another number.'
  if (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL')
    return `HOST or PORT: this machine does not allow it (${error.code}).`
  if (error.code === 'ECONNREFUSED' || error.code === 'ENOTFOUND')
    return `DATABASE_URL: the database does not answer (${error.code}).`
  return null
}

async function start(): Promise<void> {
  if (existsSync('.env')) loadEnvFile('.env')
  const config = environmentToConfig(process.env)
  // Whoever set something wrong is told at once: the rest takes a second to load.
  const { createApp } = await import('./app.ts')
  const overrides: AppOverrides = { logger: createLogger(config.logLevel) }
  const development = process.argv.includes('--dev') ? { page: (await import('./dev-page.ts')).createDevPage } : {}
  const app = await createApp(config, { ...overrides, ...development })
  const { models } = app
  process.stdout.write(
    [
      '',
      `  Holdfast is ready: ${config.port === 0 ? app.url : config.publicUrl.origin}`,
      ...describeModels(models).map((line) => `  ${line}`),
      ...config.models.notes.map((note) => `  ${note}`),
      `  Data is kept in ${config.databaseUrl === null ? config.dataDir : 'Postgres'}`,
      '',
      '',
    ].join('\n'),
  )

  let stoppingSince: number | null = null
  const stop = () => {
    const now = performance.now()
    // A terminal and npm each pass on one Ctrl-C: only a later one means "at once".
    if (stoppingSince !== null && now - stoppingSince > repeatedSignalMs) process.exit(1)
    if (stoppingSince !== null) return
    stoppingSince = now
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  // It blocks for a quarter of a second: best now, before anybody writes.
  await loadTokenizer()
}

try {
  await start()
} catch (error) {
  const line = errorToLine(error)
  if (line === null) throw error
  process.stderr.write(`${line}\n`)
  process.exit(1)
}
