import { accountEmail, accountPassword } from '@holdfast/shared'
import { APIError } from 'better-auth/api'
import { commonPasswordError, isCommonPassword } from './common-passwords.ts'
import { nameSchema } from './profile.ts'

/** What somebody who makes an account says. */
export const accountFields = { name: nameSchema, email: accountEmail, password: accountPassword } as const

/** @throws APIError BAD_REQUEST */
export function checkPassword(password: string): void {
  if (isCommonPassword(password)) throw new APIError('BAD_REQUEST', commonPasswordError)
}
