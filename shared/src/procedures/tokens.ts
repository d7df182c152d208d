import { z } from 'zod'
import { uuidSchema } from '../ids.ts'
import { visibleTextSchema } from '../text.ts'

/** `api`: every procedure. `mcp`: the tools at `/mcp`. `chat`: the models at `/v1`. */
export const tokenScopeSchema = z.enum(['api', 'mcp', 'chat'])

export const accessTokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(tokenScopeSchema),
  /** The first characters, to recognise it by; the whole token is shown once, when it is created. */
  prefix: z.string(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
})
export type AccessToken = z.infer<typeof accessTokenSchema>

export const tokensListOutput = z.object({ items: z.array(accessTokenSchema) })

export const tokensCreateInput = z.strictObject({
  tokenId: uuidSchema.optional(),
  name: visibleTextSchema(100),
  scopes: z.array(tokenScopeSchema).min(1).max(3).default(['api', 'mcp']),
  expiresInDays: z.number().int().min(1).max(3650).nullable().default(90),
})
export const tokensCreateOutput = accessTokenSchema.extend({ token: z.string() })

export const tokensRevokeInput = z.strictObject({ tokenId: uuidSchema })
export const tokensRevokeOutput = z.object({ tokenId: z.string() })
