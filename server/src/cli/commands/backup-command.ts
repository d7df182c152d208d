import { resolve } from 'node:path'
import type { Command } from 'commander'
import { createBackup } from '../../backup/create-backup.ts'
import { runCommand, type CliContext, type CommonOptions } from '../cli-context.ts'
import { describeBytes } from '../output.ts'

function describeSecret(isIncluded: boolean, isSetting: boolean): string {
  if (isIncluded) return 'The secret of the server is in it: keep the file as you keep a password.'
  if (!isSetting) return 'The server has no secret yet: there is none in it.'
  return 'BETTER_AUTH_SECRET is not in it: keep it elsewhere. Without it, everybody has to sign in again.'
}

export function addBackupCommand(program: Command, context: CliContext): void {
  program
    .command('backup')
    .description('writes the database, all files and the secret into one file, which only its owner may read; the server may run')
    .argument('<file>', 'the file to make, for example holdfast.tar')
    .option('--json', 'print the result as JSON')
    .action((file: string, options: CommonOptions) =>
      runCommand(context, options, async ({ place, hasSecretSetting, output, onProgress }) => {
        const made = await createBackup({ place, hasSecretSetting, onProgress }, resolve(file))
        const rows = Object.values(made.rows).reduce((sum, n) => sum + n, 0)
        output.result(made, [
          `${made.path}: ${rows} rows and ${made.files} files (${describeBytes(made.fileBytes)}).`,
          ...(made.continued > 0 ? [`An earlier run that was cut off had written ${made.continued} of the files.`] : []),
          ...(made.missing.length > 0
            ? [`The bytes of ${made.missing.length} files are missing in the storage: "holdfast doctor" names them.`]
            : []),
          describeSecret(made.hasSecret, hasSecretSetting),
        ])
      }),
    )
}
