import { router } from '../trpc/procedures.ts'
import { adminUsageRouter } from './admin-usage-router.ts'
import { adminAuditRouter } from './admin-audit-router.ts'
import { adminLocalModelRouter } from './admin-local-model-router.ts'
import { adminProvidersRouter } from './admin-providers-router.ts'
import { adminInvitesRouter } from './admin-invites-router.ts'
import { adminUsersRouter } from './admin-users-router.ts'
import { adminServiceAccountsRouter } from './admin-service-accounts-router.ts'
import { adminSettingsRouter } from './admin-settings-router.ts'
import { adminStorageRouter } from './admin-storage-router.ts'

/** For administrators only. None of these procedures reads a conversation. */
export const adminRouter = router({
  audit: adminAuditRouter,
  localModel: adminLocalModelRouter,
  providers: adminProvidersRouter,
  serviceAccounts: adminServiceAccountsRouter,
  settings: adminSettingsRouter,
  storage: adminStorageRouter,
  usage: adminUsageRouter,
  invites: adminInvitesRouter,
  users: adminUsersRouter,
})
