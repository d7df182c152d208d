import type { ProviderKind } from '@holdfast/shared'
import { ModelError } from '../models/model-error.ts'
import type { ModelFacts } from '../models/model-facts.ts'
import type { ModelProvider } from '../models/model.ts'
import { createOpenAiProvider } from '../models/openai/create-openai-provider.ts'
import type { Logger } from '../platform/logger.ts'
import { createOutsideAgent } from '../platform/outside-agent.ts'

export interface ProviderToMake {
  readonly name: string
  readonly kind: ProviderKind
  readonly baseUrl: string
  readonly key: string | null
  readonly isKeyUnreadable: boolean
  readonly background?: boolean
  readonly defaultModel: string
  /** It is a person's: it is reached on the internet only. */
  readonly isOwn: boolean
  readonly facts?: ModelFacts
  readonly onContextWindow?: (model: string, tokens: number) => void
}

/** Makes what asks a provider, from what is stored or typed in. */
export type MakeProvider = (provider: ProviderToMake) => ModelProvider

export function createMakeProvider(options: {
  readonly idleTimeoutMs: number
  readonly firstPieceTimeoutMs: number
  readonly logger: Logger
  /** Whether an IP address is one that people's own providers may not have. */
  readonly isInside: (address: string) => boolean
}): MakeProvider {
  const { idleTimeoutMs, firstPieceTimeoutMs, logger, isInside } = options
  const outside = createOutsideAgent(isInside)
  return ({ name, kind, baseUrl, key, isKeyUnreadable, background = false, defaultModel, isOwn, facts, onContextWindow }) => {
    const provider = createOpenAiProvider({
      config: { name, baseUrl, apiKey: key, background, defaultModel, headers: toHeaders(kind, key) },
      idleTimeoutMs,
      firstPieceTimeoutMs,
      logger,
      ...(isOwn ? { dispatcher: outside } : {}),
      ...(facts ? { facts } : {}),
      ...(onContextWindow ? { onContextWindow } : {}),
    })
    return isKeyUnreadable ? { ...provider, ...refuseAll } : provider
  }
}

/** Anthropic's list of models asks for its own headers; its chat endpoint takes both. */
function toHeaders(kind: ProviderKind, key: string | null): Record<string, string> {
  return kind === 'anthropic' && key !== null ? { 'x-api-key': key, 'anthropic-version': '2023-06-01' } : {}
}

/** Nothing is sent with a key that cannot be read. */
const refuseAll: Pick<ModelProvider, 'stream' | 'complete' | 'list'> = {
  // oxlint-disable-next-line require-yield -- It throws before the first event.
  async *stream() {
    throw unreadableKey()
  },
  complete: async () => {
    throw unreadableKey()
  },
  list: async () => {
    throw unreadableKey()
  },
}

function unreadableKey(): ModelError {
  const message = 'The key of this provider cannot be read, since the server’s secret has changed. Enter the key again.'
  return new ModelError('provider-unauthorized', message, { retryable: false })
}
