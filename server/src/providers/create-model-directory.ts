import { toAddedPrefix, type Id, type ServerSettings } from '@holdfast/shared'
import { combineProviders } from '../models/combine-providers.ts'
import { createConfiguredProvider, type ConfiguredProvider } from '../models/configured-provider.ts'
import type { ModelDirectory } from '../models/model-directory.ts'
import { createModelFacts, type ModelFacts } from '../models/model-facts.ts'
import type { PricesByModel } from '../models/model-settings.ts'
import type { Models, ProviderInfo } from '../models/model.ts'
import type { Logger } from '../platform/logger.ts'
import type { Settings } from '../settings/open-settings.ts'
import type { MakeProvider } from './make-provider.ts'
import type { ProviderStore, StoredProvider } from './provider-store.ts'

export interface ModelDirectoryOptions {
  /** The providers of the environment; without any, the demo. */
  readonly environment: readonly ConfiguredProvider[]
  /** Those that the environment names for when others fail. */
  readonly reserve: readonly ConfiguredProvider[]
  readonly store: ProviderStore
  readonly settings: Pick<Settings, 'current' | 'onChange'>
  readonly makeProvider: MakeProvider
  readonly prices: PricesByModel
  readonly facts: ModelFacts
  readonly logger: Logger
  /** Gives the models that answers use, from those that they would use. For tests. */
  readonly wrap?: (models: Models) => Models
}

/**
 * The environment's providers and those that were added in the page, for each user. The demo is hidden while there is another provider. The
 * default is that of the settings, else that of the environment's first provider, else of the first one that was added.
 */
export function createModelDirectory(options: ModelDirectoryOptions): ModelDirectory & Disposable {
  const { environment, reserve, store, settings, logger, wrap = (models) => models } = options
  const isDemo = environment.every(({ info }) => info.demo)
  const listeners = new Set<(userId: Id | null) => void>()
  const configured = new WeakMap<StoredProvider, ConfiguredProvider>()
  let views = new Map<Id | null, Models>()
  let all: Models | null = null

  /** Kept as long as the stored one is unchanged, and with it the provider's list of models. */
  const configure = (stored: StoredProvider): ConfiguredProvider => {
    const known = configured.get(stored)
    if (known) return known
    const made = storedToConfigured(stored, options)
    configured.set(stored, made)
    return made
  }

  const combine = (stored: readonly StoredProvider[], defaultModel: string | null): Models => {
    const added = stored.map(configure)
    const own = new Set(stored.flatMap((provider) => (provider.ownerId === null ? [] : toId(provider))))
    const more = { defaultModel, reserve, fallbacksOf: toFallbacks(own) }
    if (added.length === 0) return wrap(combineProviders(environment, more))
    return wrap(
      isDemo ? combineProviders(added, { ...more, hidden: environment }) : combineProviders([...environment, ...added], more),
    )
  }

  /**
   * The lists of administrators, the model's own before its provider's, and the environment's behind them. What a person asks with a key of
   * their own goes to nobody else.
   */
  const toFallbacks =
    (own: ReadonlySet<string>) =>
    (model: string, { id, demo }: ProviderInfo): readonly string[] => {
      if (demo || own.has(id)) return []
      const { fallbacks } = settings.current()
      const listed = fallbacks[model] ?? fallbacks[id] ?? []
      return [...listed, ...reserve.map(({ prefix, defaultModel }) => prefix + defaultModel)]
    }

  const forUser = (userId: Id | null): Models => {
    const { ownKeys, defaults } = settings.current()
    const usable = store.current().filter(({ enabled }) => enabled)
    const shared = usable.filter(({ ownerId }) => ownerId === null)
    const own = ownKeys && userId !== null ? usable.filter(({ ownerId }) => ownerId === userId) : []
    // People without keys of their own share one.
    const viewId = own.length === 0 ? null : userId
    const known = views.get(viewId)
    if (known) return known
    const view = combine([...shared, ...own], defaults.model)
    views.set(viewId, view)
    return view
  }

  const forget = () => {
    views = new Map()
    all = null
  }
  const notify = (userId: Id | null) => {
    for (const listener of listeners) listener(userId)
  }
  const stopStore = store.onChange((owners) => {
    forget()
    if (owners.has(null)) notify(null)
    else for (const owner of owners) notify(owner)
  })
  let chosen = toChosen(settings.current())
  const stopSettings = settings.onChange((changed) => {
    const next = toChosen(changed)
    if (next === chosen) return
    chosen = next
    forget()
    notify(null)
  })

  const known = (): Models => (all ??= combine(store.current(), null))

  return {
    forUser,
    forAnswer: async (userId, model) => {
      const here = forUser(userId)
      if (model === null || here.providerOf(model) !== null) return here
      try {
        await store.read()
      } catch (error) {
        logger.warn({ event: 'providers-unread', err: error }, 'could not read the providers; using those that are known')
      }
      return forUser(userId)
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    price: (call) => known().price(call),
    providerOf: (model) => known().providerOf(model),
    describe: async (model) => await known().describe(model),
    cancelRunOf: async (model, run, signal) => await known().cancelRunOf(model, run, signal),
    learnContextWindow: (model, tokens) => known().learnContextWindow(model, tokens),
    unlearnContextWindow: (model, readTokens) => known().unlearnContextWindow(model, readTokens),
    [Symbol.dispose]: () => {
      stopStore()
      stopSettings()
    },
  }
}

function toId(stored: StoredProvider): string {
  return toAddedPrefix(stored).slice(0, -1)
}

/** The settings that decide about models. */
function toChosen({ ownKeys, defaults }: ServerSettings): string {
  return JSON.stringify([ownKeys, defaults.model])
}

function storedToConfigured(
  stored: StoredProvider,
  { makeProvider, prices, facts: shared }: Pick<ModelDirectoryOptions, 'makeProvider' | 'prices' | 'facts'>,
): ConfiguredProvider {
  const { name, baseUrl, background, models, defaultModel, ownerId } = stored
  const isOwn = ownerId !== null
  const prefix = toAddedPrefix(stored)
  const id = toId(stored)
  // What a person's provider says about a model is believed for that person only.
  const facts = isOwn ? createModelFacts() : shared
  const configured: ConfiguredProvider = createConfiguredProvider({
    id,
    provider: makeProvider({
      ...stored,
      isOwn,
      facts,
      onContextWindow: (model, tokens) => configured.learnContextWindow(model, tokens, 'stated'),
    }),
    settings: {
      id,
      name,
      baseUrl,
      apiKey: null,
      headers: {},
      api: 'auto',
      background,
      defaultModel,
      models,
      contextWindow: null,
      prices: {},
      input: null,
    },
    prices,
    prefix,
    facts,
  })
  return configured
}
