import OpenAI from 'openai'
import type { ProviderCall } from './provider-call.ts'

/** Every option is given, also those that are not used: for one that is missing, the SDK looks into the environment. */
export function createClient(baseURL: string, call: ProviderCall): OpenAI {
  return new OpenAI({
    baseURL,
    // The SDK does not start without a key. The call's `fetch` decides which one is sent.
    apiKey: 'unused',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    dataResidency: null,
    fetch: call.fetch,
    maxRetries: 0,
    timeout: 2 ** 31 - 1,
    logLevel: 'off',
  })
}
