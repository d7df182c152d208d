import { modelsListOutput } from '@holdfast/shared'
import { listModels } from '../../models/list-models.ts'
import { procedure, router } from '../trpc/procedures.ts'

export const modelsRouter = router({
  list: procedure
    .meta({ description: 'The models that `model` may name, the default first, and whether the user may add some.' })
    .output(modelsListOutput)
    .query(({ ctx }) => listModels(ctx.deps, ctx.user.id)),
})
