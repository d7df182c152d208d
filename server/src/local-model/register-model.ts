import { schema } from '@holdfast/drizzle'
import { and, eq, isNull, ne } from 'drizzle-orm'
import type { Clock } from '../platform/clock.ts'
import type { Queries } from '../platform/database/database.ts'
import type { ProviderStore } from '../providers/provider-store.ts'
import type { ModelChoice } from './model-choice.ts'

const { providers } = schema

export interface RegisterDeps {
  readonly database: { readonly queries: Queries }
  readonly clock: Clock
  readonly providers: ProviderStore
}

/** Makes the local model a provider for everyone, or tells where it is now. */
export async function registerModel(deps: RegisterDeps, choice: ModelChoice): Promise<void> {
  const { providerId, model, port, token } = choice
  const baseUrl = `http://127.0.0.1:${port}/v1`
  const known = deps.providers.current().find(({ id }) => id === providerId)
  // Unchanged, so that answers that run keep it.
  if (known?.baseUrl === baseUrl && known.key === token && known.defaultModel === model) return
  const now = deps.clock.now()
  const changing = {
    baseUrl,
    encryptedKey: deps.providers.cipher.encrypt(token, providerId),
    keyHint: null,
    models: [model],
    defaultModel: model,
    updatedAt: now,
  }
  await deps.database.queries
    .insert(providers)
    .values({ id: providerId, ownerId: null, name: 'This machine', kind: 'local', enabled: true, createdAt: now, ...changing })
    .onConflictDoUpdate({ target: providers.id, set: changing })
  await removeOthers(deps, providerId)
  await deps.providers.announce()
}

/** Removes the providers of local models that are not here any more. */
export async function unregisterModels(deps: RegisterDeps): Promise<void> {
  if (await removeOthers(deps, null)) await deps.providers.announce()
}

async function removeOthers({ database }: RegisterDeps, keptId: string | null): Promise<boolean> {
  const removed = await database.queries
    .delete(providers)
    .where(and(eq(providers.kind, 'local'), isNull(providers.ownerId), ...(keptId === null ? [] : [ne(providers.id, keptId)])))
    .returning({ id: providers.id })
  return removed.length > 0
}
