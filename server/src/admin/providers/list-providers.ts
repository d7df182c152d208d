import type { Provider, ProviderKind } from '@holdfast/shared'
import type { ModelSettings, ProviderSettings } from '../../models/model-settings.ts'
import { readProviders, type ChangeProviderDeps } from '../../providers/change-provider.ts'

/** The providers for everyone: those of the environment, then those that were added. */
export async function listProviders(
  deps: ChangeProviderDeps & { readonly config: { readonly models: ModelSettings } },
): Promise<{ items: Provider[] }> {
  const { providers } = deps.config.models
  const fixed = providers.map((provider) => settingsToProvider(provider, providers.length === 1))
  return { items: [...fixed, ...(await readProviders(deps, null))] }
}

function settingsToProvider(
  { id, name, baseUrl, apiKey, models, background, defaultModel }: ProviderSettings,
  isOnly: boolean,
): Provider {
  return {
    id,
    source: 'environment',
    name,
    kind: hostToKind(new URL(baseUrl).hostname),
    baseUrl,
    hasKey: apiKey !== null,
    // Who set it there can look there.
    keyHint: null,
    isKeyUnreadable: false,
    models: models === null ? null : [...models],
    defaultModel,
    modelPrefix: isOnly ? '' : `${id}/`,
    background,
    enabled: true,
    createdAt: null,
    updatedAt: null,
  }
}

function hostToKind(host: string): ProviderKind {
  if (host === 'api.openai.com') return 'openai'
  return host === 'generativelanguage.googleapis.com' ? 'gemini' : 'compatible'
}
