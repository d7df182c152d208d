import type { accountPasswordChangeInput, accountPasswordChangeOutput } from '@holdfast/shared'
import type { z } from 'zod'
import { requireSession } from '../../auth/access-token-row.ts'
import type { Auth, User } from '../../auth/auth.ts'
import { commonPasswordError, isCommonPassword } from '../../auth/common-passwords.ts'
import { endAccess } from '../../auth/end-access.ts'
import { publishRevocation } from '../../auth/session-revoked.ts'
import { setPassword } from '../../auth/set-password.ts'
import type { Bus } from '../../platform/bus/bus.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { badField } from '../../platform/refusal.ts'
import { checkCurrentPassword } from '../current-password.ts'

/**
 * Sets a new password. Every other session and every access token ends: someone who knew the old password may be in.
 * @throws Refusal UNAUTHORIZED without a session, BAD_REQUEST
 */
export async function changePassword(
  deps: {
    readonly database: Database
    readonly clock: Clock
    readonly bus: Bus
    readonly auth: Pick<Auth, 'passwords' | 'failedSignIns'>
  },
  user: User,
  { currentPassword, newPassword }: z.output<typeof accountPasswordChangeInput>,
): Promise<z.infer<typeof accountPasswordChangeOutput>> {
  requireSession(user, 'A password can only be changed')
  if (isCommonPassword(newPassword)) throw badField('newPassword', commonPasswordError.message)
  await checkCurrentPassword(deps, user.id, currentPassword)
  const passwordHash = await deps.auth.passwords.hash(newPassword)
  const now = deps.clock.now()
  const endedIds = await deps.database.queries.transaction(async (tx) => {
    await setPassword(tx, { userId: user.id, passwordHash, now })
    return endAccess(tx, user.id, { now, exceptSessionId: user.sessionId })
  })
  for (const id of endedIds) publishRevocation(deps.bus, id)
  return { ended: endedIds.length }
}
