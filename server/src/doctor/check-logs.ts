import type { Queries } from '../platform/database/database.ts'
import { compareWithLog, readConversations, type LogDifference } from './compare-log.ts'
import type { Finding } from './finding.ts'
import { rebuildFromLog } from './rebuild-from-log.ts'

const shownIds = 5

/** Every conversation whose rows are not what its log says. @param onConversation called with the number of those that were read */
export async function findLogDifferences(
  queries: Queries,
  onConversation: (done: number) => void = () => {},
): Promise<LogDifference[]> {
  const differences: LogDifference[] = []
  let done = 0
  for await (const row of readConversations(queries)) {
    differences.push(...(await compareWithLog(queries, row)))
    done += 1
    onConversation(done)
  }
  return differences
}

export async function checkLogs(queries: Queries, onConversation?: (done: number) => void): Promise<Finding[]> {
  const differences = await findLogDifferences(queries, onConversation)
  const ids = [...new Set(differences.map(({ conversationId }) => conversationId))]
  if (ids.length === 0) return []
  const fields = [...new Set(differences.flatMap((difference) => difference.fields))].toSorted().join(', ')
  const shown = ids.slice(0, shownIds).join(', ')
  return [
    {
      check: 'log-differs',
      severity: 'error',
      what: `${ids.length} conversations are not what their log says (${fields}): ${shown}${ids.length > shownIds ? ', …' : ''}.`,
      why: 'Somebody has changed rows by hand, or there is a defect.',
      mend: 'Make a backup, then run "holdfast logs rebuild", which writes the rows again from the log.',
      fix: { needs: 'database', run: ({ database }) => rebuildFromLog(database).then(() => undefined) },
    },
  ]
}
