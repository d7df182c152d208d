import { stat } from 'node:fs/promises'
import type { Command } from 'commander'
import { AuditFileError, readAuditExport } from '../../audit/read-export.ts'
import { verifyChain, type ChainReport } from '../../audit/verify-chain.ts'
import { verifyTable } from '../../audit/verify-table.ts'
import { BackupError } from '../../backup/backup-error.ts'
import { openSource } from '../../backup/data-source.ts'
import { CommandFailed, runCommand, type CliContext, type CommonOptions } from '../cli-context.ts'

export function addAuditCommand(program: Command, context: CliContext): void {
  program
    .command('audit')
    .description('works on the audit log')
    .command('verify')
    .description('looks for a record of the audit log that was changed, dropped, inserted or moved, and names it')
    .argument(
      '[file]',
      'an export of the whole log, as CSV or a JSON object a line; by default the database, which may be in use',
    )
    .option('--json', 'print the result as JSON')
    .action((file: string | undefined, options: CommonOptions) =>
      runCommand(context, options, async ({ place, output, onProgress }) => {
        onProgress({ what: 'Records', done: 0, total: null })
        const report = file === undefined ? await verifyDatabase(place) : await verifyFile(file)
        output.result(report, describeReport(report))
        if (report.fault) throw new CommandFailed()
      }),
    )
}

async function verifyDatabase(place: Parameters<typeof openSource>[0]): Promise<ChainReport> {
  await using source = await openSource(place)
  const { records, head, fault } = await source.readAtOneMoment((queries) => verifyTable(queries))
  return { records, head, fault }
}

/** @throws BackupError that names the file, and the line that cannot be read */
async function verifyFile(file: string): Promise<ChainReport> {
  if (!(await stat(file).catch(() => null))?.isFile()) throw new BackupError(`There is no file ${file}.`)
  try {
    return await verifyChain(readAuditExport(file))
  } catch (error) {
    if (!(error instanceof AuditFileError)) throw error
    throw new BackupError(`${file} is not an export of the audit log: ${error.message}.`, { cause: error })
  }
}

function describeReport({ records, head, fault }: ChainReport): string[] {
  const count = `${records} ${records === 1 ? 'record is' : 'records are'} in order`
  if (fault) return [`The audit log was changed. ${fault.message}`, `Before it, ${count}.`]
  if (records === 0) return ['There are no records.']
  return [
    `${count}, up to number ${head.seq}.`,
    `Its hash is ${head.hash}. Kept elsewhere, it shows later that nothing before it has changed.`,
  ]
}
