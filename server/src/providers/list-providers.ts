import type { Id, Provider } from '@holdfast/shared'
import { readProviders, type ChangeProviderDeps } from './change-provider.ts'

/** The providers of the user, also where they cannot be used since keys are no longer allowed. */
export async function listProviders(deps: ChangeProviderDeps, userId: Id): Promise<{ items: Provider[] }> {
  return { items: await readProviders(deps, userId) }
}
