import type { Id } from '@holdfast/shared'
import { removeProvider, type ChangeProviderDeps } from '../../providers/change-provider.ts'

/** Removes a provider that is for everyone, with its key. @throws Refusal NOT_FOUND */
export async function deleteProvider(
  deps: ChangeProviderDeps,
  { providerId }: { readonly providerId: Id },
): Promise<{ providerId: Id }> {
  return await removeProvider(deps, null, providerId)
}
