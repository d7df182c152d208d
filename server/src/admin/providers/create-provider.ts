import type { Provider, providersCreateInput } from '@holdfast/shared'
import type { z } from 'zod'
import { addProvider, type ChangeProviderDeps } from '../../providers/change-provider.ts'

/** Adds a provider for everyone. @throws Refusal BAD_REQUEST that names the field */
export async function createProvider(deps: ChangeProviderDeps, input: z.output<typeof providersCreateInput>): Promise<Provider> {
  return await addProvider(deps, null, input)
}
