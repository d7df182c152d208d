import { openConfiguredSettings } from '../../config/open-configured-settings.ts'
import { resolve } from 'node:path'
import type { Import } from '@holdfast/shared'
import type { Command } from 'commander'
import { BackupError } from '../../backup/backup-error.ts'
import { createNearLimits } from '../../limits/near-limits.ts'
import { importForUser, type ImportRequest } from '../../backup/import-handler.ts'
import { openFiles } from '../../files/open-files.ts'
import { createImportFiles } from '../../imports/import-files.ts'
import { v7 as uuidv7 } from 'uuid'
import { createClock } from '../../platform/clock.ts'
import { callServer } from '../../platform/control/control-client.ts'
import { openBus } from '../../platform/nodes/open-bus.ts'
import { measureClock } from '../../platform/database/measure-clock.ts'
import { exists } from '../../platform/exists.ts'
import { CommandFailed, runCommand, type CliContext, type CommandRun, type CommonOptions } from '../cli-context.ts'
import { openDatabase } from '../open-database.ts'

interface Options extends CommonOptions {
  readonly user: string
}

export function addImportCommand(program: Command, context: CliContext): void {
  program
    .command('import')
    .description(
      'imports an export of ChatGPT, Claude, Open WebUI, LibreChat, LobeChat or Holdfast for a user; the server may run',
    )
    .argument('<file>', 'the export: a zip or a JSON file')
    .requiredOption('--user <email>', 'the e-mail address of the user, or the id')
    .option('--json', 'print the result as JSON')
    .action((file: string, options: Options) =>
      runCommand(context, options, async (given) => {
        const path = resolve(file)
        if (!(await exists(path))) throw new BackupError(`There is no file ${path}.`)
        let last: Import | null = null
        for await (const one of importAnywhere(context, given, { path, user: options.user })) {
          last = one
          given.onProgress({ what: 'Conversations', done: one.conversations + one.skipped, total: one.total ?? null })
        }
        if (!last) throw new CommandFailed()
        const { conversations, messages, skipped, problems } = last
        given.output.result(last, [
          `Imported ${conversations} conversations with ${messages} messages; ${skipped} were there already or could not be read.`,
          ...problems.map(({ what, why }) => `  ${what}: ${why}`),
        ])
        if (last.state !== 'done') throw new CommandFailed()
      }),
    )
}

/** In the server that runs on an embedded database, which nobody else may open, or here. */
async function* importAnywhere(
  { logger }: CliContext,
  { config, place }: CommandRun,
  request: ImportRequest,
): AsyncGenerator<Import, void> {
  using call = config.databaseUrl === null ? await callServer(config.dataDir, 'import', request) : null
  if (call) {
    yield* call.values as AsyncGenerator<Import, void>
    return
  }
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await openDatabase(place))
  const clock = createClock(await measureClock(database, logger))
  const { databaseUrl, redisUrl } = config
  const { bus } = stack.use(await openBus({ database, databaseUrl, redisUrl, nodeId: uuidv7(), role: null, logger }))
  const settings = await openConfiguredSettings({ database, bus, clock, logger }, config)
  stack.defer(() => settings.close())
  const nearLimits = createNearLimits(logger)
  const { storage, processor } = stack.use(await openFiles({ config, database, bus, clock, logger, settings, nearLimits }))
  const importFiles = createImportFiles({ config, database, storage, processor })
  const stopped = new AbortController()
  const stop = () => stopped.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  stack.defer(() => void process.off('SIGINT', stop).off('SIGTERM', stop))
  yield* importForUser({ database, bus, clock, logger, settings, nearLimits, importFiles }, request, stopped.signal)
}
