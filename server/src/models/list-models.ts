import { schema } from '@holdfast/drizzle'
import type { Id, modelsListOutput } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Queries } from '../platform/database/database.ts'
import type { ModelDirectory } from './model-directory.ts'

const { users } = schema
const listDeadlineMs = 5_000

export interface ListModelsDeps {
  readonly database: { readonly queries: Queries }
  readonly models: ModelDirectory
  readonly settings: { readonly current: () => { readonly ownKeys: boolean } }
}

/** The user's models, the default first. A provider that has not answered after 5 s gives what the settings name, and a warning. */
export async function listModels(deps: ListModelsDeps, userId: Id): Promise<z.infer<typeof modelsListOutput>> {
  const models = deps.models.forUser(userId)
  const { models: found, failures } = await models.catalogue(AbortSignal.timeout(listDeadlineMs))
  const items = found.map(({ id, name, provider, contextWindow, prices, input }) => ({
    id,
    name,
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
    mayAdd: (await isAdministrator(deps, userId)) ? 'everyone' : deps.settings.current().ownKeys ? 'own' : 'none',
  }
}

async function isAdministrator({ database }: ListModelsDeps, userId: Id): Promise<boolean> {
  const found = await database.queries
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, userId), eq(users.role, 'admin'), eq(users.status, 'active')))
  return found.length > 0
}
