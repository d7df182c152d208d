import * as z from 'zod/mini'

/** A request that the server rejected. The message is for the user. */
export class AuthRefusal extends Error {
  override readonly name = 'AuthRefusal'
}

const refusalSchema = z.object({ message: z.string() })
const timeoutMs = 20_000

async function post(path: string, body: Readonly<Record<string, string>>): Promise<void> {
  const response = await fetch(`/api/auth/${path}`, {
    method: 'POST',
    credentials: 'include',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs),
  })
  if (response.ok) return
  const refusal = refusalSchema.safeParse(await response.json().catch(() => null))
  if (response.status < 500 && refusal.success) throw new AuthRefusal(refusal.data.message)
  throw new Error(`the server answered ${response.status}`)
}

export interface Credentials {
  readonly email: string
  readonly password: string
}

export const signIn = ({ email, password }: Credentials) => post('sign-in/email', { email, password })
export const signUp = ({ name, email, password }: Credentials & { readonly name: string }) =>
  post('sign-up/email', { name, email, password })
/** Turns the guest into an account with the same id and data. */
export const upgradeGuest = ({ name, email, password }: Credentials & { readonly name: string }) =>
  post('guest/upgrade', { name, email, password })
export const signOut = () => post('sign-out', {})
