import type { AdminLink, AdminUser } from '@holdfast/shared'

/** The argument that names a user, for `Command.argument`. */
export const userArgument = ['<user>', 'the e-mail address of the user, or the id'] as const

/** The address of a user; of a guest the id. */
export function describeUser({ id, email }: AdminUser): string {
  return email ?? `The guest ${id}`
}

/** What people are told of a link that sets a password. */
export function linkToLines({ url, expiresAt }: AdminLink): string[] {
  return [`Give them this link, in private. It sets their password, once, until ${expiresAt}:`, url]
}
