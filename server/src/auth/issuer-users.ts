import { createHash } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Clock } from '../platform/clock.ts'
import type { Queries } from '../platform/database/database.ts'
import { nameSchema } from './profile.ts'

const { accounts, users } = schema

interface Deps {
  readonly queries: Queries
  readonly clock: Clock
}

/** Somebody whom another system knows. */
export interface IssuerUser {
  readonly issuer: string
  /** What the other system calls the user, and always will. */
  readonly subject: string
  readonly name: unknown
}

/**
 * The user whom another system means: made at the first call, and the same from then on. The address is made up, because an address that
 * another system claims opens no account here. Null: the user may not get in.
 */
export async function issuerUserToId(deps: Deps, user: IssuerUser): Promise<string | null> {
  const known = await findUser(deps, user)
  if (known !== null) return known.status === 'active' ? known.id : null
  await createUser(deps, user)
  const created = await findUser(deps, user)
  return created?.status === 'active' ? created.id : null
}

/** Whether a user still exists and may get in. */
export async function isUserActive({ queries }: Pick<Deps, 'queries'>, userId: string): Promise<boolean> {
  const rows = await queries
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, userId), eq(users.status, 'active')))
  return rows.length > 0
}

function toProviderId(issuer: string): string {
  return `jwt:${issuer}`
}

async function findUser({ queries }: Pick<Deps, 'queries'>, { issuer, subject }: IssuerUser) {
  const [row] = await queries
    .select({ id: users.id, status: users.status })
    .from(accounts)
    .innerJoin(users, eq(users.id, accounts.userId))
    .where(and(eq(accounts.providerId, toProviderId(issuer)), eq(accounts.accountId, subject)))
  return row ?? null
}

/** Two first calls may come at once: the second one finds what the first one made. */
async function createUser({ queries, clock }: Deps, { issuer, subject, name }: IssuerUser): Promise<void> {
  const createdAt = clock.now()
  const id = uuidv7()
  const hash = createHash('sha256').update(`${issuer} ${subject}`).digest('hex')
  const parsedName = nameSchema.safeParse(name)
  await queries.transaction(async (tx) => {
    const made = await tx
      .insert(users)
      .values({
        id,
        name: parsedName.success ? parsedName.data : 'User',
        email: `${hash}@token.invalid`,
        createdAt,
        updatedAt: createdAt,
      })
      .onConflictDoNothing()
      .returning({ id: users.id })
    if (made.length === 0) return
    await tx.insert(accounts).values({
      id: uuidv7(),
      userId: id,
      providerId: toProviderId(issuer),
      accountId: subject,
      createdAt,
      updatedAt: createdAt,
    })
  })
}
