import {
  providerSchema,
  providersCreateInput,
  providersDeleteInput,
  providersDeleteOutput,
  providersListOutput,
  providersTestInput,
  providersTestOutput,
  providersUpdateInput,
} from '@holdfast/shared'
import { createProvider } from '../../providers/create-provider.ts'
import { deleteProvider } from '../../providers/delete-provider.ts'
import { listProviders } from '../../providers/list-providers.ts'
import { testProvider } from '../../providers/test-provider.ts'
import { updateProvider } from '../../providers/update-provider.ts'
import { procedure, router } from '../trpc/procedures.ts'

/** A person's own providers. FORBIDDEN where the administrator does not allow them. */
export const providersRouter = router({
  list: procedure
    .meta({ description: "The user's own providers of models. Never a key." })
    .output(providersListOutput)
    .query(({ ctx }) => listProviders(ctx.deps, ctx.user.id)),
  create: procedure
    .meta({
      audit: { action: 'provider.created', fields: ['kind'] },
      description:
        'Adds a provider for the user alone. FORBIDDEN unless the setting `ownKeys` allows it. Its address must be on the internet.',
    })
    .input(providersCreateInput)
    .output(providerSchema)
    .mutation(({ ctx, input }) => createProvider(ctx.deps, ctx.user.id, input)),
  update: procedure
    .meta({ audit: 'provider.updated', description: 'As `admin.providers.update`, for a provider of the user.' })
    .input(providersUpdateInput)
    .output(providerSchema)
    .mutation(({ ctx, input }) => updateProvider(ctx.deps, ctx.user.id, input)),
  delete: procedure
    .meta({
      audit: 'provider.deleted',
      description: 'Removes a provider of the user with its key, also where `ownKeys` no longer allows it.',
    })
    .input(providersDeleteInput)
    .output(providersDeleteOutput)
    .mutation(({ ctx, input }) => deleteProvider(ctx.deps, ctx.user.id, input)),
  test: procedure
    .meta({
      description: 'As `admin.providers.test`, for a provider of the user, saved or not.',
      isLong: true,
      cost: 5,
    })
    .input(providersTestInput)
    .output(providersTestOutput)
    .mutation(({ ctx, input }) => testProvider(ctx.deps, ctx.user.id, input)),
})
