import type { Database, Queries } from './database.ts'
import { retryStalePlans } from './stale-plans.ts'

/** Makes several reads consistent: all of them see the database at one moment. */
export function readConsistently<Result>(
  database: Pick<Database, 'queries'>,
  read: (queries: Queries) => Promise<Result>,
): Promise<Result> {
  return retryStalePlans(() => database.queries.transaction(read, { isolationLevel: 'repeatable read', accessMode: 'read only' }))
}
