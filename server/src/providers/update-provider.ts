import type { Id, Provider, providersUpdateInput } from '@holdfast/shared'
import type { z } from 'zod'
import { changeProvider } from './change-provider.ts'
import { checkOwnKeysAllowed, type OwnProviderDeps } from './own-keys.ts'

/** Changes a provider of the user. @throws Refusal FORBIDDEN, NOT_FOUND, or BAD_REQUEST that names the field */
export async function updateProvider(
  deps: OwnProviderDeps,
  userId: Id,
  input: z.output<typeof providersUpdateInput>,
): Promise<Provider> {
  checkOwnKeysAllowed(deps)
  return await changeProvider(deps, userId, input)
}
