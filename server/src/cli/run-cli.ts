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
  addAuditCommand,
]

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
    if (!(error instanceof BackupError || error instanceof ConfigError || error instanceof StartError)) throw error
    if (args.includes('--json')) out.write(`${JSON.stringify({ error: error.message })}\n`)
    else err.write(`${error.message}\n`)
    return 1
  }
}
