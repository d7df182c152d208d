import { schema } from '@holdfast/drizzle'
import type { Limits, ServerSettings, UserRole } from '@holdfast/shared'

const { users } = schema

/** The part of a user that decides which limits hold. */
export interface Person {
  readonly role: UserRole
  readonly isAnonymous: boolean
  readonly limits: Partial<Limits>
}

/** For a `select` from `users`. */
export const personColumns = { role: users.role, isAnonymous: users.isAnonymous, limits: users.limits }

/** The limits of one person: their own, and those of their role where they have none. An own limit of null lifts the one of the role. */
export function effectiveLimits(settings: Pick<ServerSettings, 'limits'>, { role, isAnonymous, limits }: Person): Limits {
  // The first visitor of a server may be an administrator without an account.
  const kind = role === 'admin' ? 'admin' : isAnonymous ? 'guest' : 'member'
  return { ...settings.limits[kind], ...limits }
}

export function hasBudget({ tokensPerDay, microUsdPerMonth }: Limits): boolean {
  return tokensPerDay !== null || microUsdPerMonth !== null
}
