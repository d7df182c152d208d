import type { Id, ProviderTest, providersTestInput } from '@holdfast/shared'
import type { z } from 'zod'
import { testStoredOrNew } from './change-provider.ts'
import { checkOwnKeysAllowed, type OwnProviderDeps } from './own-keys.ts'

/** Tries a provider of the user, saved or not. @throws Refusal FORBIDDEN, NOT_FOUND, or BAD_REQUEST that names the field */
export async function testProvider(
  deps: OwnProviderDeps,
  userId: Id,
  input: z.output<typeof providersTestInput>,
): Promise<ProviderTest> {
  checkOwnKeysAllowed(deps)
  return await testStoredOrNew(deps, userId, input)
}
