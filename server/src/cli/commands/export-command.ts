import { resolve } from 'node:path'
import type { Command } from 'commander'
import { exportUser } from '../../backup/export-user.ts'
import { runCommand, type CliContext, type CommonOptions } from '../cli-context.ts'

interface Options extends CommonOptions {
  readonly user: string
}

export function addExportCommand(program: Command, context: CliContext): void {
  program
    .command('export')
    .description(
      'writes the conversations, plans and files of a user into a new directory, as the page exports them; the server may run',
    )
    .requiredOption('--user <email>', 'the e-mail address of the user, or the id')
    .argument('<dir>', 'a directory that does not exist, or is empty')
    .option('--json', 'print the result as JSON')
    .action((directory: string, options: Options) =>
      runCommand(context, options, async ({ place, output, onProgress }) => {
        const written = await exportUser({ place, onProgress }, options.user, resolve(directory))
        output.result(written, [
          `${written.directory}: ${written.conversations} conversations and ${written.files} files.`,
          ...(written.missing > 0 ? [`The bytes of ${written.missing} files are missing.`] : []),
        ])
      }),
    )
}
