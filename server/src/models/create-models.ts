import type { Config } from '../config.ts'
import type { Logger } from '../logger.ts'
import { createDemoProvider } from './demo/create-demo-provider.ts'
import type { ModelProvider } from './model.ts'
import { createOpenAiProvider } from './openai/create-openai-provider.ts'

/** The provider that the configuration names. Disposing it stops what was started for it. */
export async function createModels(
  { model, modelIdleTimeoutMs }: Pick<Config, 'model' | 'modelIdleTimeoutMs'>,
  logger: Logger,
): Promise<ModelProvider & AsyncDisposable> {
  if (model.kind === 'demo') return await createDemoProvider({ idleTimeoutMs: modelIdleTimeoutMs, logger })
  const provider = createOpenAiProvider({ config: model, idleTimeoutMs: modelIdleTimeoutMs, logger })
  return { ...provider, [Symbol.asyncDispose]: async () => undefined }
}
