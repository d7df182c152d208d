import { z } from 'zod'
import { uuidSchema } from '../ids.ts'
import { accountEmail, userRoleSchema } from '../user.ts'

export const inviteStates = ['open', 'used', 'revoked', 'expired'] as const

export const inviteSchema = z.object({
  id: z.string(),
  /** Null: for whoever has the link. */
  email: z.string().nullable(),
  role: userRoleSchema,
  state: z.enum(inviteStates),
  createdAt: z.string(),
  expiresAt: z.string(),
  usedAt: z.string().nullable(),
})
export type Invite = z.infer<typeof inviteSchema>

/** The newest first, at most 200; those that were used, revoked or have expired only if they are asked for. */
export const adminInvitesListInput = z.strictObject({ all: z.boolean().default(false) }).optional()
export const adminInvitesListOutput = z.object({ items: z.array(inviteSchema) })

export const adminInvitesCreateInput = z.strictObject({
  email: accountEmail.optional(),
  role: userRoleSchema.default('member'),
  expiresInDays: z.number().int().min(1).max(90).default(7),
})
/** `url` is shown in this answer alone. */
export const adminInvitesCreateOutput = inviteSchema.extend({ url: z.string() })

export const adminInvitesRevokeInput = z.strictObject({ inviteId: uuidSchema })
export const adminInvitesRevokeOutput = z.object({ inviteId: z.string() })
