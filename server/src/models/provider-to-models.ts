import type { ModelProvider, Models, ProviderInfo } from './model.ts'

/** One provider as all there are. */
export function providerToModels(provider: ModelProvider): Models {
  const info: ProviderInfo = { id: 'default', name: provider.name, host: provider.host, demo: provider.demo }
  return {
    ...provider,
    providers: [info],
    providerOf: () => info,
    catalogue: async (signal) => ({
      models: (await provider.list(signal)).map((model) => ({ ...model, provider: info })),
      failures: [],
    }),
    describe: async (id) => ({ id, contextWindow: null, prices: null }),
    price: ({ reportedMicroUsd }) => reportedMicroUsd ?? null,
    learnContextWindow: () => {},
  }
}
