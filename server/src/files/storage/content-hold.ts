import { sql } from 'drizzle-orm'
import { executeRows, type Queries, type Transaction } from '../../platform/database/database.ts'

/** Any fixed number that nothing else on the same database uses for an advisory lock. */
const holdLock = 4_726_511_094

/** Keeps the bytes of files from being removed while a backup reads them. What is to be removed goes with a later sweep. */
export interface ContentHold {
  readonly isHeld: () => boolean
  readonly hold: () => Disposable
}

/** The hold of a server with an embedded database, which has one connection: a lock of the database would not keep it from itself. */
export function createContentHold(): ContentHold {
  let holders = 0
  return {
    isHeld: () => holders > 0,
    hold: () => {
      holders += 1
      let isReleased = false
      return {
        [Symbol.dispose]: () => {
          if (!isReleased) holders -= 1
          isReleased = true
        },
      }
    },
  }
}

/** The same on Postgres, for all nodes, until the end of the transaction. False: another program holds it. */
export async function holdContent(tx: Queries): Promise<boolean> {
  const [row] = await executeRows<{ held: boolean }>(
    tx,
    sql`select pg_try_advisory_xact_lock(${sql.raw(String(holdLock))}) as held`,
  )
  return row?.held === true
}

/** Whether bytes may be removed. Until the end of the transaction no hold begins. */
export async function mayRemoveContent(tx: Transaction): Promise<boolean> {
  const [row] = await executeRows<{ may: boolean }>(
    tx,
    sql`select pg_try_advisory_xact_lock_shared(${sql.raw(String(holdLock))}) as may`,
  )
  return row?.may === true
}
