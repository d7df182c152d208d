import type { OwnProvider } from '../extension/define-provider.ts'
import { toConfiguredProvider } from '../extension/own-provider.ts'
import { DefinitionError } from '../tools/tool-definition.ts'
import type { Config } from '../config/config.ts'
import { createDemoProvider } from '../demo-model/create-demo-provider.ts'
import { combineProviders } from '../models/combine-providers.ts'
import { createConfiguredProvider, type ConfiguredProvider } from '../models/configured-provider.ts'
import { createModelFacts, type ModelFacts } from '../models/model-facts.ts'
import type { ProviderSettings } from '../models/model-settings.ts'
import type { Models } from '../models/model.ts'
import { createOpenAiProvider } from '../models/openai/create-openai-provider.ts'
import type { Logger } from '../platform/logger.ts'

type ModelConfig = Pick<Config, 'models' | 'modelIdleTimeoutMs' | 'modelFirstByteTimeoutMs'>

/** The providers that the environment names; without any, the demo. Disposing them stops what was started for them. */
export interface EnvironmentProviders extends AsyncDisposable {
  /** At least one. */
  readonly all: readonly ConfiguredProvider[]
  /** Those of MODEL_FALLBACKS, in their order. */
  readonly reserve: readonly ConfiguredProvider[]
}

/**
 * The providers that the configuration names, as one; without any, the demo model. Disposing it stops what was started for them. Without
 * `facts`, what is learnt about a model lasts as long as the process.
 */
export async function createModels(config: ModelConfig, logger: Logger, facts?: ModelFacts): Promise<Models & AsyncDisposable> {
  const environment = await createEnvironmentProviders(config, logger, facts)
  return {
    ...combineProviders(environment.all),
    [Symbol.asyncDispose]: async () => await environment[Symbol.asyncDispose](),
  }
}

/** As {@link createModels}, not combined, and with those of a developer behind the others. */
export async function createEnvironmentProviders(
  config: ModelConfig,
  logger: Logger,
  facts: ModelFacts = createModelFacts(),
  own: readonly OwnProvider[] = [],
): Promise<EnvironmentProviders> {
  const { models: settings, modelIdleTimeoutMs: idleTimeoutMs, modelFirstByteTimeoutMs: firstPieceTimeoutMs } = config
  const configure = (config: ProviderSettings, prefix: string): ConfiguredProvider => {
    const configured: ConfiguredProvider = createConfiguredProvider({
      id: config.id,
      provider: createOpenAiProvider({
        config,
        idleTimeoutMs,
        firstPieceTimeoutMs,
        logger,
        onContextWindow: (model, tokens) => configured.learnContextWindow(model, tokens, 'stated'),
        facts,
      }),
      settings: config,
      prices: settings.prices,
      prefix,
      facts,
    })
    return configured
  }
  const reserve = settings.fallbacks.map((config) => configure(config, `${config.id}/`))
  if (settings.providers.length + own.length === 0) {
    const demo = await createDemoProvider({ idleTimeoutMs, logger })
    const only = createConfiguredProvider({
      id: 'demo',
      provider: demo,
      settings: null,
      prices: settings.prices,
      prefix: '',
      facts,
    })
    return { all: [only], reserve, [Symbol.asyncDispose]: async () => await demo[Symbol.asyncDispose]() }
  }
  const isOne = settings.providers.length + own.length === 1
  const toPrefix = (id: string) => (isOne ? '' : `${id}/`)
  const deps = { idleTimeoutMs, firstPieceTimeoutMs, facts, logger }
  const double = own.find(({ id }) => settings.providers.some((other) => other.id === id))
  if (double) throw new DefinitionError(`The provider ${double.id}: id: a provider of the settings has the same id`)
  return {
    all: [
      ...settings.providers.map((config) => configure(config, toPrefix(config.id))),
      ...own.map((provider) => toConfiguredProvider(deps, provider, toPrefix(provider.id))),
    ],
    reserve,
    [Symbol.asyncDispose]: async () => undefined,
  }
}
