import { adminUsersCreateInput } from '@holdfast/shared'
import { z } from 'zod'

const named = z.object({
  do: z.enum(['disable', 'enable', 'delete', 'reset-link', 'make-admin']),
  /** An e-mail address, or an id. */
  user: z.string(),
})

/** What the operator of the server asks for on its machine, where they need no account. */
export const operatorActSchema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('create'), ...adminUsersCreateInput.shape }),
  named,
])
export type OperatorAct = z.output<typeof operatorActSchema>
