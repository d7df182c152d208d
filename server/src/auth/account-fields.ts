import { APIError } from 'better-auth/api'
import { z } from 'zod'
import { commonPasswordError, isCommonPassword } from './common-passwords.ts'
import { maxEmailLength, nameSchema } from './profile.ts'

export const minPasswordLength = 8
export const maxPasswordLength = 128
export const emailSchema = z.string().trim().toLowerCase().pipe(z.email().max(maxEmailLength))
export const passwordSchema = z.string().min(minPasswordLength).max(maxPasswordLength)

/** What somebody who makes an account says. */
export const accountFields = { name: nameSchema, email: emailSchema, password: passwordSchema } as const

/** @throws APIError BAD_REQUEST */
export function checkPassword(password: string): void {
  if (isCommonPassword(password)) throw new APIError('BAD_REQUEST', commonPasswordError)
}
