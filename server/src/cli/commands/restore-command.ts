import { resolve } from 'node:path'
import type { Command } from 'commander'
import { BackupError } from '../../backup/backup-error.ts'
import { restoreBackup } from '../../backup/restore-backup.ts'
import type { OnProgress } from '../../backup/progress.ts'
import { checkRows, runDoctor } from '../../doctor/run-doctor.ts'
import type { Queries } from '../../platform/database/database.ts'
import { CommandFailed, runCommand, type CliContext, type CommonOptions } from '../cli-context.ts'
import { describeFindings } from './doctor-command.ts'

interface Options extends CommonOptions {
  readonly verify?: true
  readonly replace?: true
}

const secrets = {
  restored: 'The secret of the server was restored.',
  kept: 'The secret of the server is the one of the backup.',
  setting: 'The secret of the server is BETTER_AUTH_SECRET. If it is not the old one, everybody has to sign in again.',
  none: 'The backup has no secret of the server: set BETTER_AUTH_SECRET to the old one, or everybody has to sign in again.',
}

export function addRestoreCommand(program: Command, context: CliContext): void {
  program
    .command('restore')
    .description('puts a backup into an empty database and data directory; the server is stopped')
    .argument('<file>', 'a file that "holdfast backup" has made')
    .option('--verify', 'compare every conversation with its log before the restore counts, and run the doctor after it')
    .option('--replace', 'put it in the place of a database that has users; of an embedded one a copy is kept')
    .option('--json', 'print the result as JSON')
    .action((file: string, options: Options) =>
      runCommand(context, options, async ({ place, hasSecretSetting, output, onProgress }) => {
        const restored = await restoreBackup({ place, hasSecretSetting, onProgress }, resolve(file), {
          replace: options.replace === true,
          ...(options.verify ? { check: (queries: Queries) => refuseErrors(queries, onProgress) } : {}),
        })
        const deps = { place, hasSecretSetting, logger: context.logger, onProgress }
        const diagnosis = options.verify ? await runDoctor(deps, { fix: false }) : null
        const rows = Object.values(restored.rows).reduce((sum, n) => sum + n, 0)
        output.result({ ...restored, ...(diagnosis ? { findings: diagnosis.findings } : {}) }, [
          `Restored ${rows} rows and ${restored.files} files of ${restored.createdAt}.`,
          secrets[restored.secret],
          ...(diagnosis ? describeFindings(diagnosis) : []),
        ])
        if (diagnosis?.findings.some(({ severity }) => severity === 'error')) throw new CommandFailed()
      }),
    )
}

/** @throws BackupError when rows are not what the logs say: then nothing is restored */
export async function refuseErrors(queries: Queries, onProgress: OnProgress): Promise<void> {
  const error = (await checkRows(queries, { onProgress })).find(({ severity }) => severity === 'error')
  if (error)
    throw new BackupError(`${error.what} ${error.why} Nothing was changed. Without --verify the rows are taken as they are.`)
}
