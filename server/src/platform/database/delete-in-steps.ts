import { sql, type SQL } from 'drizzle-orm'
import { executeRows, type Database } from './database.ts'

const rowsPerStep = 1_000
/** Of one run: after a long stop a janitor catches up within some runs, and nobody waits for one. */
export const stepsPerRun = 100

/**
 * Deletes the rows of a table that match, at most 1,000 in a statement. Gives their number, at most 100,000: the next run goes on.
 * @param which a condition on the table, which may use its name
 */
export async function deleteInSteps(database: Database, table: string, which: SQL): Promise<number> {
  const name = sql.identifier(table)
  let count = 0
  for (let step = 0; step < stepsPerRun; step += 1) {
    const rows = await executeRows(
      database.queries,
      sql`delete from ${name} where ctid = any(array(select ctid from ${name} where ${which} limit ${rowsPerStep})) returning 1`,
    )
    count += rows.length
    if (rows.length < rowsPerStep) break
  }
  return count
}
