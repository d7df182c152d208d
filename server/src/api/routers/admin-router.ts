import { router } from '../trpc/procedures.ts'
import { adminUsageRouter } from './admin-usage-router.ts'
import { adminSettingsRouter } from './admin-settings-router.ts'

/** For administrators only. None of these procedures reads a conversation. */
export const adminRouter = router({
  settings: adminSettingsRouter,
  usage: adminUsageRouter,
})
