import { z } from 'zod'
import { uuidSchema } from '../ids.ts'
import { visibleTextSchema } from '../text.ts'
import { maxAccountNameLength } from '../user.ts'
import { adminUserSchema } from './admin-users.ts'
import { tokensCreateOutput, tokenScopeSchema } from './tokens.ts'

const token = {
  name: visibleTextSchema(maxAccountNameLength),
  scopes: z.array(tokenScopeSchema).min(1).max(3).default(['api', 'mcp']),
  /** Null: the token never ends. */
  expiresInDays: z.number().int().min(1).max(3650).nullable().default(365),
}

export const adminServiceAccountsCreateInput = z.strictObject(token)
/** The only response that contains the whole token. */
export const adminServiceAccountsCreateOutput = z.object({ user: adminUserSchema, token: tokensCreateOutput })

export const adminServiceAccountsCreateTokenInput = z.strictObject({ userId: uuidSchema, ...token })
