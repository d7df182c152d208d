import { schema } from '@holdfast/drizzle'
import type { SignUpMode, UserStatus } from '@holdfast/shared'
import { APIError } from 'better-auth/api'
import { eq } from 'drizzle-orm'
import type { Queries } from '../../platform/database/database.ts'
import type { Settings } from '../../settings/open-settings.ts'
import type { SetUp } from './set-up.ts'

/** Who gets in. Each function throws better-auth's error, with a sentence for the person, when somebody does not. */
export interface EntryRules {
  readonly checkSetUp: () => Promise<void>
  /** A guest who was not here before. */
  readonly checkGuest: () => Promise<void>
  /** A new account without an invitation. Gives its first status. */
  readonly checkSignUp: () => Promise<Extract<UserStatus, 'active' | 'pending'>>
  /** A new person whom one of the operator's OpenID Connect providers knows. Gives the first status. */
  readonly checkProvided: () => Promise<Extract<UserStatus, 'active' | 'pending'>>
  readonly readOptions: () => Promise<{ readonly setUpNeeded: boolean; readonly guests: boolean; readonly signUp: SignUpMode }>
  /** A new account with an invitation. */
  readonly checkInvited: () => Promise<void>
  /** Before any session begins. */
  readonly checkUser: (userId: string) => Promise<void>
}

const sentences = {
  SET_UP_NEEDED: 'This server is not set up yet. Its operator finds a link in its output',
  GUESTS_OFF: 'This server takes no guests. Sign in',
  SIGN_UP_INVITE: 'An account on this server takes an invitation. Ask an administrator for a link',
  SIGN_UP_CLOSED: 'Accounts on this server are made by its administrators',
  ACCOUNT_PENDING: 'Your account was created, and waits for an administrator to let you in',
  ACCOUNT_DISABLED: 'This account is disabled. Ask an administrator of this server',
} as const

export function refuseEntry(code: keyof typeof sentences): never {
  throw new APIError('FORBIDDEN', { code, message: sentences[code] })
}

export function createEntryRules(deps: {
  readonly queries: Queries
  readonly settings: Pick<Settings, 'current'>
  readonly setUp: SetUp
  readonly isForThisMachine: boolean
}): EntryRules {
  const { queries, settings, setUp, isForThisMachine } = deps
  const { users } = schema
  /** Whoever comes first to a server that only this machine reaches gets in, whatever the settings: nobody could change them. */
  const isFirst = async () => isForThisMachine && (await queries.select({ id: users.id }).from(users).limit(1)).length === 0
  const checkSetUp = async () => {
    if (await setUp.isNeeded()) refuseEntry('SET_UP_NEEDED')
  }
  return {
    checkSetUp,
    checkGuest: async () => {
      await checkSetUp()
      if (!settings.current().guests && !(await isFirst())) refuseEntry('GUESTS_OFF')
    },
    checkSignUp: async () => {
      await checkSetUp()
      const { signUp } = settings.current()
      if (signUp === 'open' || (await isFirst())) return 'active'
      if (signUp === 'invite') refuseEntry('SIGN_UP_INVITE')
      if (signUp === 'closed') refuseEntry('SIGN_UP_CLOSED')
      return 'pending'
    },
    checkInvited: async () => {
      await checkSetUp()
      if (settings.current().signUp === 'closed') refuseEntry('SIGN_UP_CLOSED')
    },
    checkProvided: async () => {
      await checkSetUp()
      const { signUp } = settings.current()
      if (signUp === 'closed' && !(await isFirst())) refuseEntry('SIGN_UP_CLOSED')
      return signUp === 'approval' && !(await isFirst()) ? 'pending' : 'active'
    },
    readOptions: async () => {
      const setUpNeeded = await setUp.isNeeded()
      const { guests, signUp } = settings.current()
      const first = !setUpNeeded && (!guests || signUp !== 'open') && (await isFirst())
      return { setUpNeeded, guests: !setUpNeeded && (guests || first), signUp: setUpNeeded ? 'closed' : first ? 'open' : signUp }
    },
    checkUser: async (userId) => {
      const [user] = await queries
        .select({ status: users.status, isAnonymous: users.isAnonymous })
        .from(users)
        .where(eq(users.id, userId))
      if (user?.isAnonymous) await checkSetUp()
      if (user?.status === 'pending') refuseEntry('ACCOUNT_PENDING')
      if (user?.status !== 'active') refuseEntry('ACCOUNT_DISABLED')
    },
  }
}
