import type { Id, Provider, providersCreateInput } from '@holdfast/shared'
import type { z } from 'zod'
import { addProvider } from './change-provider.ts'
import { checkOwnKeysAllowed, type OwnProviderDeps } from './own-keys.ts'

/** Adds a provider for the user alone. @throws Refusal FORBIDDEN, or BAD_REQUEST that names the field */
export async function createProvider(
  deps: OwnProviderDeps,
  userId: Id,
  input: z.output<typeof providersCreateInput>,
): Promise<Provider> {
  checkOwnKeysAllowed(deps)
  return await addProvider(deps, userId, input)
}
