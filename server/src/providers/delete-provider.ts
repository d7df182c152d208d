import type { Id } from '@holdfast/shared'
import { removeProvider, type ChangeProviderDeps } from './change-provider.ts'

/** Removes a provider of the user with its key, also where keys are no longer allowed. @throws Refusal NOT_FOUND */
export async function deleteProvider(
  deps: ChangeProviderDeps,
  userId: Id,
  { providerId }: { readonly providerId: Id },
): Promise<{ providerId: Id }> {
  return await removeProvider(deps, userId, providerId)
}
