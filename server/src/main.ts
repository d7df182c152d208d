import { existsSync } from 'node:fs'
import { loadEnvFile } from 'node:process'
import type { AppOverrides } from './app/app.ts'
import { ConfigError, configToSecrets, environmentToConfig } from './config/config.ts'
import { toPublicAddress } from './config/public-address.ts'
import { createSecretMask } from './platform/hide-secrets.ts'
import { createLogger } from './platform/logger.ts'
import { StartError } from './platform/start-error.ts'
import { useProxy } from './platform/use-proxy.ts'
import { stopOnDefect } from './platform/stop-on-defect.ts'
import { describeModels } from './models/describe-models.ts'

/** Signals this close together are one. */
const repeatedSignalMs = 500

/** Errors that an operator can fix. They name their variable where they arise; all others are bugs and show their stack. */
function errorToLine(error: unknown): string | null {
  return error instanceof ConfigError || error instanceof StartError ? error.message : null
}

async function start(): Promise<void> {
  // Files that this process creates are readable by its user alone.
  process.umask(0o077)
  if (existsSync('.env')) loadEnvFile('.env')
  // Before the libraries are loaded: some say more in their answers anywhere else.
  if (!process.argv.includes('--dev')) process.env['NODE_ENV'] ??= 'production'
  const config = environmentToConfig(process.env)
  if (config.hasProxy) await useProxy()
  // Invalid settings are reported before the rest is loaded, which takes a second.
  const { createApp } = await import('./app/app.ts')
  const isPretty = config.logFormat === null ? process.stdout.isTTY : config.logFormat === 'pretty'
  const destination = isPretty ? (await import('./platform/open-pretty-log.ts')).openPrettyLog() : undefined
  const secretMask = createSecretMask(configToSecrets(config))
  const logger = createLogger(config.logLevel, destination, secretMask)
  const { loadConfigFile } = await import('./app/load-config-file.ts')
  const extension = await loadConfigFile(config.configFile)
  const overrides: AppOverrides = { logger, secretMask, extension }
  const development = process.argv.includes('--dev') ? { page: (await import('./app/dev-page.ts')).createDevPage } : {}
  const app = await createApp(config, { ...overrides, ...development })
  const { models } = app
  const setUpLink = await app.createSetUpLink()
  process.stdout.write(
    [
      '',
      `  Holdfast is ready: ${config.port === 0 ? app.url : toPublicAddress(config.publicUrl)}`,
      ...describeModels(models).map((line) => `  ${line}`),
      ...config.models.notes.map((note) => `  ${note}`),
      ...config.unknownNames.map(
        (name) => `  ${name} is not a setting of Holdfast and is ignored; .env.example lists all of them`,
      ),
      ...(setUpLink === null
        ? []
        : ['', '  Nobody gets in yet. Open this link, once, to make the account of its administrator:', `  ${setUpLink}`, '']),
      `  Data is kept in ${config.databaseUrl === null ? config.dataDir : 'Postgres'}`,
      '',
      '',
    ].join('\n'),
  )

  let stoppingSince: number | null = null
  const stop = () => {
    const now = performance.now()
    // A terminal and npm each pass on one Ctrl-C: only a later one means "immediately".
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
  stopOnDefect(logger, () => app.close())
}

try {
  await start()
} catch (error) {
  const line = errorToLine(error)
  if (line === null) throw error
  process.stderr.write(`${line}\n`)
  process.exit(1)
}
