import { z } from 'zod'

/** What somebody may do on the server. A guest is a member without an account. */
export const userRoles = ['admin', 'member'] as const
export const userRoleSchema = z.enum(userRoles)
export type UserRole = z.infer<typeof userRoleSchema>

/** Nobody but an active user gets in. `pending`: signed up, and waits for an administrator. */
export const userStatuses = ['active', 'disabled', 'pending'] as const
export const userStatusSchema = z.enum(userStatuses)
export type UserStatus = z.infer<typeof userStatusSchema>

export const maxAccountNameLength = 100
export const maxEmailLength = 254
export const minPasswordLength = 8
export const maxPasswordLength = 128

export const accountEmail = z.string().trim().toLowerCase().pipe(z.email().max(maxEmailLength))
export const accountPassword = z.string().min(minPasswordLength).max(maxPasswordLength)
