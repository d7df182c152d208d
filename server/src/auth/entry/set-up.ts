import { schema } from '@holdfast/drizzle'
import { and, eq, like, sql } from 'drizzle-orm'
import type { Clock } from '../../platform/clock.ts'
import type { Queries, Transaction } from '../../platform/database/database.ts'
import { createSecretText, hashSecretText } from '../secret-text.ts'

const { serverSettings, users } = schema
const linkPrefix = 'setUpLink:'
const doneKey = 'setUp'
/** For so long another node may not have noticed that nobody is left. */
const believedMs = 15_000

/** The first steps of a server that others than the people at this machine can reach: until they are done, nobody gets in. */
export interface SetUp {
  /** Whether the server waits for its first administrator with an account; asked anew every 15 s. Never where only this machine reaches it. */
  readonly isNeeded: () => Promise<boolean>
  /** The token of a new link, or null when none is needed. Links of other nodes and of earlier starts work until one was used. */
  readonly createToken: () => Promise<string | null>
  /** Uses up all links within the transaction. False: this one was never made, or somebody was first. */
  readonly claim: (tx: Transaction, token: string) => Promise<boolean>
}

export function createSetUp(deps: {
  readonly queries: Queries
  readonly clock: Clock
  readonly isForThisMachine: boolean
}): SetUp {
  const { queries, clock, isForThisMachine } = deps
  /** Until then it is done. The last administrator can only go together with the last person, which is seldom. */
  let doneUntilMs = -Infinity

  const hasAdmin = async (db: Queries | Transaction) => {
    const isAdmin = and(eq(users.role, 'admin'), eq(users.status, 'active'), eq(users.isAnonymous, false))
    const found = await db.select({ id: users.id }).from(users).where(isAdmin).limit(1)
    return found.length > 0
  }
  const ask = async () => {
    if (isForThisMachine) return false
    const isDone = await hasAdmin(queries)
    doneUntilMs = isDone ? performance.now() + believedMs : -Infinity
    return !isDone
  }
  return {
    isNeeded: async () => (performance.now() < doneUntilMs ? false : ask()),
    createToken: async () => {
      if (!(await ask())) return null
      const token = createSecretText()
      const row = { value: true, updatedAt: clock.now(), updatedBy: null }
      await queries.insert(serverSettings).values({ key: linkPrefix + hashSecretText(token), ...row })
      return token
    },
    claim: async (tx, token) => {
      const row = { value: true, updatedAt: clock.now(), updatedBy: null }
      // Of two at the same moment the second waits here for the first.
      await tx
        .insert(serverSettings)
        .values({ key: doneKey, ...row })
        .onConflictDoUpdate({ target: serverSettings.key, set: { updatedAt: sql`excluded.updated_at` } })
      if (await hasAdmin(tx)) return false
      const key = linkPrefix + hashSecretText(token)
      const used = await tx.delete(serverSettings).where(eq(serverSettings.key, key)).returning({ key: serverSettings.key })
      if (used.length === 0) return false
      await tx.delete(serverSettings).where(like(serverSettings.key, `${linkPrefix}%`))
      return true
    },
  }
}
