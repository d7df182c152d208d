import { maxAccountNameLength, maxEmailLength, visibleTextSchema } from '@holdfast/shared'
import { APIError } from 'better-auth/api'

export const nameSchema = visibleTextSchema(maxAccountNameLength)

/**
 * Runs before a user is written, at sign-up and on changes, because better-auth accepts any name and any picture, including 2 MB ones and
 * `javascript:` URLs. Holdfast shows no pictures, so it stores none.
 */
export async function checkProfile(user: { name?: unknown; email?: unknown; image?: unknown }): Promise<void> {
  if (user.name !== undefined) {
    const name = nameSchema.safeParse(user.name)
    if (!name.success) refuse(`name: ${name.error.issues[0]?.message ?? 'is not valid'}`)
  }
  if (typeof user.email === 'string' && user.email.length > maxEmailLength) {
    refuse(`email: must have at most ${maxEmailLength} characters`)
  }
  if (user.image !== undefined && user.image !== null) refuse('image: pictures are not supported')
}

function refuse(message: string): never {
  throw new APIError('BAD_REQUEST', { code: 'INVALID_PROFILE', message })
}
