import type { adminUsersDeleteInput, adminUsersDeleteOutput, Id } from '@holdfast/shared'
import type { z } from 'zod'
import { removePerson, type RemoveDeps } from '../../people/remove-person.ts'
import { Refusal } from '../../platform/refusal.ts'

/**
 * Deletes a person and everything that is theirs, for good.
 * @throws Refusal NOT_FOUND; BAD_REQUEST for oneself; CONFLICT for the only administrator
 */
export async function deleteUser(
  deps: RemoveDeps,
  callerId: Id,
  { userId }: z.output<typeof adminUsersDeleteInput>,
): Promise<z.infer<typeof adminUsersDeleteOutput>> {
  if (userId === callerId) throw new Refusal('BAD_REQUEST', 'userId: is you. Delete your own account in your settings')
  await removePerson(deps, userId, { action: 'user.deleted', actorId: callerId })
  return { userId }
}
