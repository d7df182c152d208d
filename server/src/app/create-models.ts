import type { Config } from '../config/config.ts'
import { createDemoProvider } from '../demo-model/create-demo-provider.ts'
import { combineProviders } from '../models/combine-providers.ts'
import { createConfiguredProvider, type ConfiguredProvider } from '../models/configured-provider.ts'
import { createModelFacts, type ModelFacts } from '../models/model-facts.ts'
import type { Models } from '../models/model.ts'
import { createOpenAiProvider } from '../models/openai/create-openai-provider.ts'
import type { Logger } from '../platform/logger.ts'

/**
 * The providers that the configuration names, as one; without any, the demo model. Disposing it stops what was started for them. Without
 * `facts`, what is learnt about a model lasts as long as the process.
 */
export async function createModels(
  config: Pick<Config, 'models' | 'modelIdleTimeoutMs' | 'modelFirstByteTimeoutMs'>,
  logger: Logger,
  facts: ModelFacts = createModelFacts(),
): Promise<Models & AsyncDisposable> {
  const { models: settings, modelIdleTimeoutMs: idleTimeoutMs, modelFirstByteTimeoutMs: firstPieceTimeoutMs } = config
  if (settings.providers.length === 0) {
    const demo = await createDemoProvider({ idleTimeoutMs, logger })
    const only = createConfiguredProvider({
      id: 'demo',
      provider: demo,
      settings: null,
      prices: settings.prices,
      prefix: '',
      facts,
    })
    return { ...combineProviders([only]), [Symbol.asyncDispose]: async () => await demo[Symbol.asyncDispose]() }
  }
  const isOne = settings.providers.length === 1
  const providers = settings.providers.map((config): ConfiguredProvider => {
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
      prefix: isOne ? '' : `${config.id}/`,
      facts,
    })
    return configured
  })
  return { ...combineProviders(providers), [Symbol.asyncDispose]: async () => undefined }
}
