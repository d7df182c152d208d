import { schema } from '@holdfast/drizzle'
import type { JwtOptions } from 'better-auth/plugins'
import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Queries } from '../platform/database/database.ts'

type KeyStore = Required<NonNullable<JwtOptions['adapter']>>
export type SigningKey = Awaited<ReturnType<KeyStore['createJwk']>>

/** Any fixed number that nothing else on the same database uses for an advisory lock. */
const creationLock = 4_726_511_094

/** The keys that sign JWTs, oldest first. There is one, unless an operator added another. */
export async function readSigningKeys(queries: Queries): Promise<SigningKey[]> {
  const rows = await queries.select().from(schema.jwks).orderBy(schema.jwks.createdAt)
  return rows.map(toSigningKey)
}

/**
 * Where better-auth stores its keys. Concurrent requests for a first key, on any node, get the same one: with a second key, nodes that
 * know only the first would refuse valid tokens.
 */
export function createKeyStore(queries: Queries): KeyStore {
  return {
    getJwks: () => readSigningKeys(queries),
    createJwk: (key) =>
      queries.transaction(async (tx) => {
        await tx.execute(sql`select pg_advisory_xact_lock(${creationLock}::bigint)`)
        const [existing] = await readSigningKeys(tx)
        if (existing) return existing
        const [created] = await tx
          .insert(schema.jwks)
          .values({ ...key, id: uuidv7() })
          .returning()
        if (!created) throw new Error('The database did not return the key that it stored')
        return toSigningKey(created)
      }),
  }
}

function toSigningKey(row: typeof schema.jwks.$inferSelect): SigningKey {
  const { id, publicKey, privateKey, createdAt, expiresAt } = row
  return { id, publicKey, privateKey, createdAt, alg: 'EdDSA', crv: 'Ed25519', ...(expiresAt ? { expiresAt } : {}) }
}
