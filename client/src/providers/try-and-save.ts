import type { Provider, ProviderKind } from '@holdfast/shared'
import type { useProviderApi } from './provider-scope.ts'

export interface TypedProvider {
  readonly kind: ProviderKind
  /** Empty: that of the kind. */
  readonly address: string
  /** Empty: none, or the stored one. */
  readonly key: string
  readonly name: string
  /** Empty: the usual one. */
  readonly model: string
  /** Whether answers run at the provider. */
  readonly background: boolean
}

export interface SaveResult {
  /** Null: it was tried, and `problem` says what is wrong. Nothing was saved. */
  readonly saved: Provider | null
  readonly problem: string | null
  readonly models: readonly string[]
  /** The provider does not say which models it has, or does not have this one. */
  readonly needsModel: boolean
}

/** Tries a provider, and saves it if it answers. `before`: the saved one that is changed. */
export async function tryAndSave(
  api: ReturnType<typeof useProviderApi>,
  typed: TypedProvider,
  before: Provider | null,
): Promise<SaveResult> {
  const key = typed.key.trim()
  const name = typed.name.trim()
  const asked = typed.model.trim()
  const changes = {
    ...(typed.address.trim() === '' ? {} : { baseUrl: typed.address.trim() }),
    ...(key === '' ? {} : { key }),
  }
  const named = { ...changes, ...(name === '' ? {} : { name }), background: typed.background }
  const { kind } = typed
  if (kind === 'local') throw new Error('a local model is not added by hand')
  const which = before ? { providerId: before.id } : { kind }
  const tried = await api.test.mutate({ ...which, ...changes, ...(asked === '' ? {} : { model: asked }) })
  const { isUsable, models, model, error } = tried
  if (!isUsable || model === null) {
    return { saved: null, problem: error?.message ?? null, models, needsModel: error?.code === 'model-not-found' }
  }
  const saved = before
    ? await api.update.mutate({ providerId: before.id, ...named, defaultModel: model })
    : await api.create.mutate({ kind, ...named, defaultModel: model })
  return { saved, problem: null, models, needsModel: false }
}
