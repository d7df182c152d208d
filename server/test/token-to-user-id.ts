import { decodeJwt } from 'jose'

/** Whose JWT it is, as the server reads it. */
export function tokenToUserId(token: string): string {
  const { sub } = decodeJwt(token)
  if (sub === undefined) throw new Error('the token names nobody')
  return sub
}
