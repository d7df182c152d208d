import type { ProviderTest, providersTestInput } from '@holdfast/shared'
import type { z } from 'zod'
import { testStoredOrNew, type ChangeProviderDeps } from '../../providers/change-provider.ts'

/** Tries a provider that is for everyone, saved or not. @throws Refusal NOT_FOUND, or BAD_REQUEST that names the field */
export async function testProvider(deps: ChangeProviderDeps, input: z.output<typeof providersTestInput>): Promise<ProviderTest> {
  return await testStoredOrNew(deps, null, input)
}
