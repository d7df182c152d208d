import { adminSettingsOutput, adminSettingsUpdateInput } from '@holdfast/shared'
import { getSettings } from '../../admin/settings/get-settings.ts'
import { updateSettings } from '../../admin/settings/update-settings.ts'
import { adminProcedure, router } from '../trpc/procedures.ts'

export const adminSettingsRouter = router({
  get: adminProcedure
    .meta({ description: 'The settings of the server, and which of them its environment decides.' })
    .output(adminSettingsOutput)
    .query(({ ctx }) => getSettings(ctx.deps)),
  update: adminProcedure
    .meta({
      description: 'Sets the given members, each as a whole, on every node. A member that the environment decides is refused.',
    })
    .input(adminSettingsUpdateInput)
    .output(adminSettingsOutput)
    .mutation(({ ctx, input }) => updateSettings(ctx.deps, ctx.user.id, input)),
})
