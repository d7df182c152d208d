import { z } from 'zod'
import { nextCursor, opaqueCursor, pageDirection } from '../fields.ts'
import { uuidSchema } from '../ids.ts'
import { limitsSchema } from '../limits.ts'
import { visibleTextSchema } from '../text.ts'
import { accountEmail, maxAccountNameLength, userRoleSchema, userStatusSchema } from '../user.ts'

/** Who somebody is, and never what they wrote. */
export const adminUserSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Null for a guest and for a service account. */
  email: z.string().nullable(),
  role: userRoleSchema,
  status: userStatusSchema,
  isGuest: z.boolean(),
  /** Of a program: nobody signs in with it. */
  isService: z.boolean(),
  /** Those that are set for this person alone. */
  limits: limitsSchema.partial(),
  createdAt: z.string(),
  /** The last use of a session or access token that is still there; null when there is none. */
  lastSeenAt: z.string().nullable(),
})
export type AdminUser = z.infer<typeof adminUserSchema>

const userId = uuidSchema

export const adminUsersListInput = z.strictObject({
  /** Part of a name or an address. */
  query: z.string().max(200).optional(),
  status: userStatusSchema.optional(),
  /** Guests are left out by `false`. */
  guests: z.boolean().default(true),
  cursor: opaqueCursor,
  limit: z.number().int().min(1).max(100).default(50),
  direction: pageDirection,
})
export const adminUsersListOutput = z.object({ items: z.array(adminUserSchema), nextCursor })

export const adminUsersGetInput = z.strictObject({ userId })
export const adminUsersGetOutput = adminUserSchema.extend({
  /** How many of each there are. */
  sessions: z.number(),
  accessTokens: z.number(),
})

/** A link that works once. */
export const adminLinkSchema = z.object({ url: z.string(), expiresAt: z.string() })
export type AdminLink = z.infer<typeof adminLinkSchema>

export const adminUsersCreateInput = z.strictObject({
  name: visibleTextSchema(maxAccountNameLength),
  email: accountEmail,
  role: userRoleSchema.default('member'),
})
/** `link`: where the person sets their password. */
export const adminUsersCreateOutput = z.object({ user: adminUserSchema, link: adminLinkSchema })

export const adminUsersUpdateInput = z.strictObject({
  userId,
  role: userRoleSchema.optional(),
  status: userStatusSchema.optional(),
  /** As a whole: a limit that is left out is the one of the role. */
  limits: z.strictObject(limitsSchema.partial().shape).optional(),
})

export const adminUsersDeleteInput = z.strictObject({ userId })
export const adminUsersDeleteOutput = z.object({ userId: z.string() })

export const adminUsersResetLinkInput = z.strictObject({ userId })

export const adminUsersRevokeSessionsInput = z.strictObject({ userId })
export const adminUsersRevokeSessionsOutput = z.object({ ended: z.number() })
