import { z } from 'zod'
import { uuidSchema } from '../ids.ts'
import { visibleTextSchema } from '../text.ts'
import { accountEmail, accountPassword, maxAccountNameLength } from '../user.ts'

export const accountSessionSchema = z.object({
  id: z.string(),
  /** What the browser says of itself; null when it said nothing. */
  userAgent: z.string().nullable(),
  /** Where it signed in from. */
  address: z.string().nullable(),
  createdAt: z.string(),
  /** To the minute or so. */
  lastUsedAt: z.string(),
  /** The one that asks. */
  isCurrent: z.boolean(),
})
export type AccountSession = z.infer<typeof accountSessionSchema>

export const accountSessionsListOutput = z.object({ items: z.array(accountSessionSchema) })
export const accountSessionsRevokeInput = z.strictObject({ sessionId: uuidSchema })
export const accountSessionsRevokeOutput = z.object({ sessionId: z.string() })

export const accountUpdateInput = z.strictObject({
  name: visibleTextSchema(maxAccountNameLength).optional(),
  /** Takes `currentPassword`. */
  email: accountEmail.optional(),
  currentPassword: z.string().max(200).optional(),
})
export const accountUpdateOutput = z.object({ name: z.string(), email: z.string() })

export const accountPasswordChangeInput = z.strictObject({
  currentPassword: z.string().max(200),
  newPassword: accountPassword,
})
/** How many sessions and access tokens ended with the old password. */
export const accountPasswordChangeOutput = z.object({ ended: z.number() })

/** `confirm`: the address of the account, or `guest`. */
export const accountDeleteInput = z.strictObject({ confirm: z.string().max(300) })
export const accountDeleteOutput = z.object({ id: z.string() })
