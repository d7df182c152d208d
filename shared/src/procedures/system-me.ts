import { z } from 'zod'
import { limitsSchema } from '../limits.ts'
import { userRoleSchema } from '../user.ts'

/** The calling user, with the limits that hold for them and what they have used. Days and months are those of UTC. */
export const systemMeOutput = z.object({
  id: z.string(),
  name: z.string(),
  /** Absent for a guest. */
  email: z.string().optional(),
  role: userRoleSchema,
  isGuest: z.boolean(),
  limits: limitsSchema,
  usage: z.object({
    tokensToday: z.number(),
    /** Of calls whose cost is known. */
    microUsdThisMonth: z.number(),
    bytesStored: z.number(),
    /** Answers that are queued or being written. */
    generating: z.number(),
  }),
})
export type Me = z.infer<typeof systemMeOutput>
