import type { Logger } from '../platform/logger.ts'
import type { ModelProvider } from '../models/model.ts'
import { createOpenAiProvider } from '../models/openai/create-openai-provider.ts'
import { demoModel, startDemoServer } from './demo-server.ts'

export interface DemoProviderOptions {
  readonly idleTimeoutMs: number
  readonly logger?: Logger
}

/**
 * The model that answers when no provider is configured: a program with rules that says that it is one. It is asked over HTTP, by the
 * same driver as every other provider, so that what is tried out with it is what runs with a real one.
 */
export async function createDemoProvider(options: DemoProviderOptions): Promise<ModelProvider & AsyncDisposable> {
  const server = await startDemoServer(options.logger)
  const config = {
    kind: 'openai',
    name: 'Demo',
    baseUrl: server.baseUrl,
    apiKey: null,
    defaultModel: demoModel,
    note: null,
  } as const
  return {
    ...createOpenAiProvider({ config, ...options }),
    host: 'built in',
    demo: true,
    [Symbol.asyncDispose]: async () => await server[Symbol.asyncDispose](),
  }
}
