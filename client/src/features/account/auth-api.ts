import * as z from 'zod/mini'

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
  const response = await fetch(`/api/auth/${path}`, {
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

const post = (path: string, body: Readonly<Record<string, string>>): Promise<unknown> =>
  request(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

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
})
export type EntryOptions = z.infer<typeof optionsSchema>

/** What this server offers to somebody who is not signed in. */
export const readOptions = async (): Promise<EntryOptions> => optionsSchema.parse(await request('options', { method: 'GET' }))

const sessionSchema = z.nullable(z.object({ user: z.object({ isAnonymous: z.optional(z.nullable(z.boolean())) }) }))

/** Who is signed in on this browser. */
export async function readVisitor(): Promise<'nobody' | 'guest' | 'account'> {
  const session = sessionSchema.parse(await request('get-session', { method: 'GET' }))
  return session === null ? 'nobody' : session.user.isAnonymous === true ? 'guest' : 'account'
}

/** Whether the account waits for an administrator, instead of being signed in. */
export type Begun = 'signed-in' | 'pending'

const upgradeSchema = z.object({ status: z.optional(z.string()) })

async function pendingOrSignedIn(answer: Promise<unknown>): Promise<Begun> {
  try {
    const body = upgradeSchema.safeParse(await answer)
    return body.success && body.data.status === 'pending' ? 'pending' : 'signed-in'
  } catch (error) {
    if (error instanceof AuthRefusal && error.code === 'ACCOUNT_PENDING') return 'pending'
    throw error
  }
}

export const signIn = ({ email, password }: Credentials) => pendingOrSignedIn(post('sign-in/email', { email, password }))
export const signUp = ({ name, email, password }: NewAccount) =>
  pendingOrSignedIn(post('sign-up/email', { name, email, password }))
/** Turns the guest into an account with the same id and data. */
export const upgradeGuest = ({ name, email, password }: NewAccount) =>
  pendingOrSignedIn(post('guest/upgrade', { name, email, password }))
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

export const resetPassword = (token: string, password: string) => post('reset', { token, password })

const codeSchema = z.object({ code: z.string() })
export const createRecoveryCode = async (): Promise<string> => codeSchema.parse(await post('guest/code', {})).code
/** Signs in as the guest of a code, and gives the next code. */
export const recoverGuest = async (code: string): Promise<string> => codeSchema.parse(await post('guest/recover', { code })).code
