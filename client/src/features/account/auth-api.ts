import * as z from 'zod/mini'
import { toFullPath } from '../../lib/base-path.ts'

/** A request that the server rejected. The message is for the user. */
export class AuthRefusal extends Error {
  override readonly name = 'AuthRefusal'
  /** The server's name of the reason, e.g. `ACCOUNT_PENDING`. */
  readonly code: string | null

  constructor(message: string, code: string | null) {
    super(message)
    this.code = code
  }
}

const refusalSchema = z.object({ message: z.string(), code: z.optional(z.string()) })
const timeoutMs = 20_000

async function request(path: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(toFullPath(`/api/auth/${path}`), {
    credentials: 'include',
    ...init,
    signal: AbortSignal.timeout(timeoutMs),
  })
  const body: unknown = await response.json().catch(() => null)
  if (response.ok) return body
  const refusal = refusalSchema.safeParse(body)
  if (response.status < 500 && refusal.success) throw new AuthRefusal(refusal.data.message, refusal.data.code ?? null)
  throw new Error(`the server answered ${response.status}`)
}

const post = (path: string, body: Readonly<Record<string, unknown>>): Promise<unknown> =>
  request(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

export const passkeyGet = (path: string) => request(`passkey/${path}`, { method: 'GET' })
export const passkeyPost = (path: string, body: Readonly<Record<string, unknown>>) => post(`passkey/${path}`, body)

export interface Credentials {
  readonly email: string
  readonly password: string
}
export interface NewAccount extends Credentials {
  readonly name: string
}

const optionsSchema = z.object({
  setUpNeeded: z.boolean(),
  guests: z.boolean(),
  signUp: z.enum(['open', 'approval', 'invite', 'closed']),
  passkeys: z.boolean(),
  /** The server sends mails. */
  mail: z.boolean(),
  /** Providers by which people sign in. */
  oidc: z.array(z.object({ id: z.string(), name: z.string() })),
})
export type EntryOptions = z.infer<typeof optionsSchema>

/** What this server offers to somebody who is not signed in. */
export const readOptions = async (): Promise<EntryOptions> => optionsSchema.parse(await request('options', { method: 'GET' }))

const addressSchema = z.object({ url: z.string() })
/** The pages to which a provider sends people back; the second one with `?error=<code>`. */
const providerPages = { callbackURL: toFullPath('/sign-in?done'), errorCallbackURL: toFullPath('/sign-in') }

/** The page of a provider by which somebody signs in. `connect`: by which the present account can be entered from then on. */
export const beginProvider = async (provider: string, { connect = false } = {}): Promise<string> =>
  addressSchema.parse(await post(connect ? 'link-social' : 'sign-in/social', { provider, ...providerPages })).url

const waysSchema = z.array(z.object({ id: z.string(), providerId: z.string() }))
/** The ways by which the present account is entered: a password (`credential`), and providers. */
export const readWays = async () => waysSchema.parse(await request('list-accounts', { method: 'GET' }))
export const disconnectWay = (accountId: string) => post('unlink-account', { accountId })

const sessionSchema = z.nullable(
  z.object({
    user: z.object({
      isAnonymous: z.optional(z.nullable(z.boolean())),
      twoFactorEnabled: z.optional(z.nullable(z.boolean())),
    }),
  }),
)
const readSession = async () => sessionSchema.parse(await request('get-session', { method: 'GET' }))

/** Who is signed in on this browser. */
export async function readVisitor(): Promise<'nobody' | 'guest' | 'account'> {
  const session = await readSession()
  return session === null ? 'nobody' : session.user.isAnonymous === true ? 'guest' : 'account'
}

/** `pending`: the account waits for an administrator. `code`: the code of an authenticator app is still missing. */
export type Begun = 'signed-in' | 'pending' | 'code'

const beginSchema = z.object({ status: z.optional(z.string()), twoFactorRedirect: z.optional(z.boolean()) })

async function toBegun(answer: Promise<unknown>): Promise<Begun> {
  try {
    const { data } = beginSchema.safeParse(await answer)
    if (data?.twoFactorRedirect === true) return 'code'
    return data?.status === 'pending' ? 'pending' : 'signed-in'
  } catch (error) {
    if (error instanceof AuthRefusal && error.code === 'ACCOUNT_PENDING') return 'pending'
    throw error
  }
}

export const signIn = ({ email, password }: Credentials) => toBegun(post('sign-in/email', { email, password }))
export const signUp = ({ name, email, password }: NewAccount) => toBegun(post('sign-up/email', { name, email, password }))
/** Turns the guest into an account with the same id and data. */
export const upgradeGuest = ({ name, email, password }: NewAccount) => toBegun(post('guest/upgrade', { name, email, password }))
/** The second step of a sign-in: the code of an authenticator app, or one of the recovery codes. */
export const sendCode = (code: string, kind: 'app' | 'recovery') =>
  post(`two-factor/${kind === 'app' ? 'verify-totp' : 'verify-backup-code'}`, {
    code: kind === 'app' ? code.replaceAll(/\s/gu, '') : code.trim(),
  })
export const isTwoStep = async (): Promise<boolean> => (await readSession())?.user.twoFactorEnabled === true
const codesSchema = z.object({ backupCodes: z.array(z.string()) })
const beginTwoStepSchema = z.object({ totpURI: z.string(), backupCodes: z.array(z.string()) })
/** Gives what an authenticator app needs. `sendCode` turns it on. */
export const beginTwoStep = async (password: string) => beginTwoStepSchema.parse(await post('two-factor/enable', { password }))
export const endTwoStep = (password: string) => post('two-factor/disable', { password })
export const replaceBackupCodes = async (password: string) =>
  codesSchema.parse(await post('two-factor/generate-backup-codes', { password })).backupCodes

export const signOut = () => post('sign-out', {})

export const setUpServer = (token: string, { name, email, password }: NewAccount) =>
  post('setup', { token, name, email, password })

const invitationSchema = z.object({ email: z.nullable(z.string()), expiresAt: z.string() })
export const readInvitation = async (token: string) => invitationSchema.parse(await post('invite/look', { token }))

/** Makes the invited account; a guest keeps what they have. */
export const acceptInvitation = (token: string, isGuest: boolean, { name, email, password }: NewAccount) =>
  isGuest
    ? post('guest/upgrade', { invite: token, name, email, password })
    : post('invite/accept', { token, name, email, password })

/** Mails a reset link, if an account has the address. */
export const requestReset = (email: string) => post('reset/request', { email })
export const resetPassword = (token: string, password: string) => post('reset', { token, password })

const codeSchema = z.object({ code: z.string() })
export const createRecoveryCode = async (): Promise<string> => codeSchema.parse(await post('guest/code', {})).code
/** Signs in as the guest of a code, and gives the next code. */
export const recoverGuest = async (code: string): Promise<string> => codeSchema.parse(await post('guest/recover', { code })).code
