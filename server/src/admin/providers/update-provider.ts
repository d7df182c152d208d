import type { Provider, providersUpdateInput } from '@holdfast/shared'
import type { z } from 'zod'
import { changeProvider, type ChangeProviderDeps } from '../../providers/change-provider.ts'

/** Changes a provider that is for everyone. @throws Refusal NOT_FOUND, or BAD_REQUEST that names the field */
export async function updateProvider(deps: ChangeProviderDeps, input: z.output<typeof providersUpdateInput>): Promise<Provider> {
  return await changeProvider(deps, null, input)
}
