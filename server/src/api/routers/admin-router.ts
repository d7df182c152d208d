import { router } from '../trpc/procedures.ts'
import { adminInvitesRouter } from './admin-invites-router.ts'
import { adminUsersRouter } from './admin-users-router.ts'
import { adminSettingsRouter } from './admin-settings-router.ts'

/** For administrators only. None of these procedures reads a conversation. */
export const adminRouter = router({
  invites: adminInvitesRouter,
  settings: adminSettingsRouter,
  users: adminUsersRouter,
})
