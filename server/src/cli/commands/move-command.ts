import { resolve } from 'node:path'
import type { Command } from 'commander'
import { BackupError } from '../../backup/backup-error.ts'
import { moveData } from '../../backup/move-data.ts'
import type { TargetPlace } from '../../backup/data-target.ts'
import { runCommand, type CliContext, type CommonOptions } from '../cli-context.ts'
import { refuseErrors } from './restore-command.ts'

interface Options extends CommonOptions {
  readonly to: string
  readonly verify?: true
}

export function addMoveCommand(program: Command, context: CliContext): void {
  program
    .command('move')
    .description(
      'copies everything to another database, embedded or Postgres; the server is stopped, and the old database stays as it is',
    )
    .requiredOption('--to <address>', 'postgres://…, or pglite:DIRECTORY')
    .option('--verify', 'compare every conversation with its log before the move counts')
    .option('--json', 'print the result as JSON')
    .action((options: Options) =>
      runCommand(context, options, async ({ config, place, hasSecretSetting, output, onProgress }) => {
        const to = toTarget(options.to, config.dataDir)
        const check = options.verify
          ? (queries: Parameters<typeof refuseErrors>[0]) => refuseErrors(queries, onProgress)
          : undefined
        const moved = await moveData({ place, hasSecretSetting, onProgress }, to, check)
        const rows = Object.values(moved.rows).reduce((sum, n) => sum + n, 0)
        output.result(moved, [
          `Moved ${rows} rows and ${moved.files} files.`,
          to.databaseUrl === null
            ? `Now remove DATABASE_URL from the settings, set DATA_DIR=${to.dataDir}, and start the server.`
            : 'Now set DATABASE_URL to that address, and start the server. Keep DATA_DIR: files and the secret are there.',
          'The old database is as it was. Remove it when the new one has proved itself, and do not start the server on it again.',
        ])
      }),
    )
}

/** @throws BackupError for another kind of address, which is not repeated: it may hold a password */
function toTarget(to: string, dataDir: string): TargetPlace {
  if (to.startsWith('pglite:') && to.length > 'pglite:'.length)
    return { databaseUrl: null, dataDir: resolve(to.slice('pglite:'.length)) }
  if (/^postgres(?:ql)?:\/\//u.test(to)) return { databaseUrl: to, dataDir }
  throw new BackupError('--to: must be postgres://… or pglite:DIRECTORY')
}
