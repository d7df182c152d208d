import type { Command } from 'commander'
import { rebuildFromLog } from '../../doctor/rebuild-from-log.ts'
import { restartIndexing } from '../../search/index-older.ts'
import { runCommand, type CliContext, type CommonOptions } from '../cli-context.ts'
import { openDatabase } from '../open-database.ts'

export function addLogsCommand(program: Command, context: CliContext): void {
  program
    .command('logs')
    .description('works on the logs of conversations')
    .command('rebuild')
    .description('writes the rows and the search index again from the logs, where they differ; the server is stopped')
    .option('--json', 'print the result as JSON')
    .action((options: CommonOptions) =>
      runCommand(context, options, async ({ place, output, onProgress }) => {
        await using database = await openDatabase(place)
        const rebuilt = await rebuildFromLog(database, (done) => onProgress({ what: 'Conversations', done, total: null }))
        onProgress({ what: 'Search', done: 0, total: null })
        await restartIndexing(database)
        output.result(rebuilt, [
          `Rewrote ${rebuilt.messages} rows of ${rebuilt.conversations} conversations.`,
          ...(rebuilt.left > 0
            ? [`${rebuilt.left} differences are left: the logs do not have what it takes. "holdfast doctor" names them.`]
            : []),
        ])
      }),
    )
}
