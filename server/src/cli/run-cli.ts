import { Command, CommanderError } from 'commander'
import { BackupError } from '../backup/backup-error.ts'
import { ConfigError } from '../config/config.ts'
import { StartError } from '../platform/start-error.ts'
import { version } from '../platform/version.ts'
import { CommandFailed, type CliContext } from './cli-context.ts'
import { addAuditCommand } from './commands/audit-command.ts'
import { addBackupCommand } from './commands/backup-command.ts'
import { addDoctorCommand } from './commands/doctor-command.ts'
import { addExportCommand } from './commands/export-command.ts'
import { addImportCommand } from './commands/import-command.ts'
import { addLogsCommand } from './commands/logs-command.ts'
import { addModelCommand } from './commands/model-command.ts'
import { addMoveCommand } from './commands/move-command.ts'
import { addRestoreCommand } from './commands/restore-command.ts'
import { addUsersCommand } from './commands/users-command.ts'

const commands = [
  addBackupCommand,
  addRestoreCommand,
  addDoctorCommand,
  addMoveCommand,
  addImportCommand,
  addExportCommand,
  addUsersCommand,
  addLogsCommand,
  addModelCommand,
  addAuditCommand,
]

const fileProblems: Readonly<Record<string, string>> = {
  ENOSPC: 'there is no room left on its disk',
  EDQUOT: 'there is no room left on its disk',
  EACCES: 'this user may not use it',
  EPERM: 'this user may not use it',
  EROFS: 'its file system is read-only',
  ENOENT: 'there is no such directory',
  ENOTDIR: 'a part of its path is no directory',
}

/** The sentence for an error that an operator can mend; null for any other. */
function errorToLine(error: unknown): string | null {
  if (error instanceof BackupError || error instanceof ConfigError || error instanceof StartError) return error.message
  if (!(error instanceof Error && 'path' in error && 'code' in error)) return null
  const problem = fileProblems[String(error.code)]
  return problem === undefined ? null : `${String(error.path)}: ${problem}.`
}

/** Runs one command with its arguments. @returns the exit code: 0 only if it did all that it was asked */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  const { out, err } = context.streams
  const program = new Command('holdfast')
    .description('Looks after the data of a Holdfast server. It reads the same settings as the server, also from .env.')
    .version(version)
    .showHelpAfterError('Add --help for how it is used.')
    .configureOutput({ writeOut: (text) => void out.write(text), writeErr: (text) => void err.write(text) })
    .exitOverride()
  for (const add of commands) add(program, context)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    if (error instanceof CommandFailed) return 1
    const message = errorToLine(error)
    // Through the logger: the message of a failed query holds what people wrote.
    if (message === null) context.logger.error({ event: 'command-failed', err: error }, 'the command failed')
    const line = message ?? 'The command failed, and that is a defect: the line above says where.'
    if (args.includes('--json')) out.write(`${JSON.stringify({ error: line })}\n`)
    else err.write(`${line}\n`)
    return 1
  }
}
