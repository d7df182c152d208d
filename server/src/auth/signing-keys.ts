import { schema } from '@holdfast/drizzle'
import type { JwtOptions } from 'better-auth/plugins'
import { and, asc, isNull, lt, ne, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Clock } from '../platform/clock.ts'
import type { Queries } from '../platform/database/database.ts'

type KeyStore = Required<NonNullable<JwtOptions['adapter']>>
export type SigningKey = Awaited<ReturnType<KeyStore['createJwk']>>

const { jwks } = schema
/** Any fixed number that nothing else on the same database uses for an advisory lock. */
const creationLock = 4_726_511_094
const dayMs = 24 * 60 * 60_000
/** Then another key signs. */
export const signingKeyDays = 90
/** A new key signs nothing before every node has read it: nodes read the keys again every {@link rereadKeysMs}. */
export const settleMs = 60_000
export const rereadKeysMs = 20_000
/** Tokens live for five minutes. The key that signed them is kept for longer, also for others who verify them. */
const keptAfterMs = dayMs

/** The keys that sign JWTs, oldest first. */
export async function readSigningKeys(queries: Queries): Promise<SigningKey[]> {
  const rows = await queries.select().from(jwks).orderBy(asc(jwks.createdAt), asc(jwks.id))
  return rows.map(toSigningKey)
}

/**
 * Where better-auth stores its keys. Concurrent requests for a key, on any node, get the same one. A key that is new is listed, but the
 * library, which signs with the newest, is told that it is older than all others until every node knows it.
 */
export function createKeyStore({ queries, clock }: { readonly queries: Queries; readonly clock: Clock }): KeyStore {
  return {
    getJwks: async () => {
      const keys = await readSigningKeys(queries)
      const settled = clock.now().getTime() - settleMs
      return keys.map((key) => (key.createdAt.getTime() > settled ? { ...key, createdAt: new Date(0) } : key))
    },
    createJwk: (key) =>
      queries.transaction(async (tx) => {
        await tx.execute(sql`select pg_advisory_xact_lock(${creationLock}::bigint)`)
        const now = clock.now()
        const newest = (await readSigningKeys(tx)).at(-1)
        if (newest && !isOld(newest, now)) return newest
        const [created] = await tx
          .insert(jwks)
          .values({ ...key, id: uuidv7(), createdAt: now, expiresAt: null })
          .returning()
        if (!created) throw new Error('The database did not return the key that it stored')
        await tx
          .update(jwks)
          .set({ expiresAt: new Date(now.getTime() + keptAfterMs) })
          .where(and(ne(jwks.id, created.id), isNull(jwks.expiresAt)))
        return toSigningKey(created)
      }),
  }
}

/**
 * Makes another key when the newest one is old, and removes keys whose time is over. Safe on any number of nodes at once.
 * @param create has the library make a key, through the store
 */
export async function rotateSigningKeys(
  { queries, clock }: { readonly queries: Queries; readonly clock: Clock },
  create: () => Promise<unknown>,
): Promise<void> {
  const now = clock.now()
  const newest = (await readSigningKeys(queries)).at(-1)
  if (newest && isOld(newest, now)) await create()
  await queries.delete(jwks).where(lt(jwks.expiresAt, now))
}

function isOld({ createdAt }: Pick<SigningKey, 'createdAt'>, now: Date): boolean {
  return now.getTime() - createdAt.getTime() > signingKeyDays * dayMs
}

function toSigningKey(row: typeof jwks.$inferSelect): SigningKey {
  const { id, publicKey, privateKey, createdAt, expiresAt } = row
  return { id, publicKey, privateKey, createdAt, alg: 'EdDSA', crv: 'Ed25519', ...(expiresAt ? { expiresAt } : {}) }
}
