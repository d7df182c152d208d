import { z } from 'zod'
import type { OwnAuth } from '../auth/own-auth.ts'
import { checkDefinition, functionSchema } from './definition-error.ts'

const schema = z.strictObject({
  id: z.string().regex(/^[\w-]{1,64}$/u, 'must be 1 to 64 letters, digits, _ and -'),
  authenticate: functionSchema,
})

/** Sign-in by a system of your own, in place of that of Holdfast. @throws DefinitionError */
export function defineAuth(auth: OwnAuth): OwnAuth {
  checkDefinition('The sign-in (auth)', schema, auth)
  return auth
}
