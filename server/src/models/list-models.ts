import type { modelsListOutput } from '@holdfast/shared'
import type { z } from 'zod'
import type { Models } from './model.ts'

const listDeadlineMs = 5_000

/** The models of all providers, the default first. A provider that has not answered after 5 s gives what the settings name, and a warning. */
export async function listModels({ models }: { readonly models: Models }): Promise<z.infer<typeof modelsListOutput>> {
  const { models: found, failures } = await models.catalogue(AbortSignal.timeout(listDeadlineMs))
  const items = found.map(({ id, provider, contextWindow, prices, input }) => ({
    id,
    provider: provider.name,
    demo: provider.demo,
    isDefault: id === models.defaultModel,
    input: [...(input ?? (['text'] as const))],
    contextWindow,
    inputMicroUsd: prices?.inputMicroUsd ?? null,
    outputMicroUsd: prices?.outputMicroUsd ?? null,
  }))
  const byDefault = items.filter((item) => item.isDefault)
  return {
    items: [...byDefault, ...items.filter((item) => !item.isDefault)],
    warning: failures.length === 0 ? null : failures.map(({ provider, error }) => `${provider.name}: ${error.message}`).join(' '),
  }
}
