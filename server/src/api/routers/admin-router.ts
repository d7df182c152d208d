import { router } from '../trpc/procedures.ts'
import { adminProvidersRouter } from './admin-providers-router.ts'
import { adminSettingsRouter } from './admin-settings-router.ts'

/** For administrators only. None of these procedures reads a conversation. */
export const adminRouter = router({
  providers: adminProvidersRouter,
  settings: adminSettingsRouter,
})
