import { localModelInstallInput, localModelSchema } from '@holdfast/shared'
import { cancelLocalModel } from '../../admin/local-model/cancel-local-model.ts'
import { getLocalModel } from '../../admin/local-model/get-local-model.ts'
import { installLocalModel } from '../../admin/local-model/install-local-model.ts'
import { removeLocalModel } from '../../admin/local-model/remove-local-model.ts'
import { adminProcedure, router } from '../trpc/procedures.ts'

export const adminLocalModelRouter = router({
  get: adminProcedure
    .meta({ description: 'The small open models that can run beside the server, and how far the one that was chosen is.' })
    .output(localModelSchema)
    .query(({ ctx }) => getLocalModel(ctx.deps)),
  install: adminProcedure
    .meta({
      audit: { action: 'provider.created', fields: ['name'] },
      description:
        'Begins to fetch a model and what runs it. `admin.localModel.get` says how it goes on; once it runs, everyone may use it. It takes the place of one that is there.',
      cost: 5,
    })
    .input(localModelInstallInput)
    .output(localModelSchema)
    .mutation(({ ctx, input }) => installLocalModel(ctx.deps, input)),
  cancel: adminProcedure
    .meta({ description: 'Ends the installation. What has arrived is kept, and the next one continues with it.' })
    .output(localModelSchema)
    .mutation(({ ctx }) => cancelLocalModel(ctx.deps)),
  remove: adminProcedure
    .meta({ audit: 'provider.deleted', description: 'Stops the model and removes it with its provider and with what ran it.' })
    .output(localModelSchema)
    .mutation(({ ctx }) => removeLocalModel(ctx.deps)),
})
