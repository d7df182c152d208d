import {
  providerSchema,
  providersCreateInput,
  providersDeleteInput,
  providersDeleteOutput,
  providersDiscoverOutput,
  providersListOutput,
  providersTestInput,
  providersTestOutput,
  providersUpdateInput,
} from '@holdfast/shared'
import { createProvider } from '../../admin/providers/create-provider.ts'
import { deleteProvider } from '../../admin/providers/delete-provider.ts'
import { discoverProviders } from '../../admin/providers/discover-providers.ts'
import { listProviders } from '../../admin/providers/list-providers.ts'
import { testProvider } from '../../admin/providers/test-provider.ts'
import { updateProvider } from '../../admin/providers/update-provider.ts'
import { adminProcedure, router } from '../trpc/procedures.ts'

export const adminProvidersRouter = router({
  list: adminProcedure
    .meta({
      description: 'The providers of models for everyone: those of the environment, then those that were added. Never a key.',
    })
    .output(providersListOutput)
    .query(({ ctx }) => listProviders(ctx.deps)),
  create: adminProcedure
    .meta({
      audit: { action: 'provider.created', fields: ['kind'] },
      description: 'Adds a provider for everyone. Its models can be used immediately, on every node.',
    })
    .input(providersCreateInput)
    .output(providerSchema)
    .mutation(({ ctx, input }) => createProvider(ctx.deps, input)),
  update: adminProcedure
    .meta({
      audit: 'provider.updated',
      description:
        'Changes the given members of a provider. Another `key` replaces the stored one. At another host `key` is required. An answer that runs keeps what it began with.',
    })
    .input(providersUpdateInput)
    .output(providerSchema)
    .mutation(({ ctx, input }) => updateProvider(ctx.deps, input)),
  delete: adminProcedure
    .meta({
      audit: 'provider.deleted',
      description: 'Removes a provider with its key. An answer that runs is written to its end.',
    })
    .input(providersDeleteInput)
    .output(providersDeleteOutput)
    .mutation(({ ctx, input }) => deleteProvider(ctx.deps, input)),
  test: adminProcedure
    .meta({
      description:
        'Reads the models of a provider and asks one for a word. `providerId` tries a saved one, with the other members in place of what is saved; without it `kind` is required.',
      isLong: true,
      cost: 5,
    })
    .input(providersTestInput)
    .output(providersTestOutput)
    .mutation(({ ctx, input }) => testProvider(ctx.deps, input)),
  discover: adminProcedure
    .meta({ description: 'Ollama and LM Studio at the machine of the server, where they answer within half a second.', cost: 5 })
    .output(providersDiscoverOutput)
    .query(({ ctx }) => discoverProviders(ctx.deps)),
})
