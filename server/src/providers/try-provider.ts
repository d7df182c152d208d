import { maxProviderModels, type ProviderTest } from '@holdfast/shared'
import { isChatModel } from '../models/chat-models.ts'
import { ModelError } from '../models/model-error.ts'
import type { ModelProvider } from '../models/model.ts'
import type { MakeProvider, ProviderToMake } from './make-provider.ts'
import { chooseUsualModel } from './usual-model.ts'

/** A machine at home may have to load a model first. */
const answerDeadlineMs = 60_000

export interface Trial extends Omit<ProviderToMake, 'defaultModel'> {
  /** Null: the usual one of those that the provider lists. */
  readonly model: string | null
}

/** Reads a provider's list of models and asks one of them for one piece of an answer. What goes wrong is the result. */
export async function tryProvider({ makeProvider }: { makeProvider: MakeProvider }, trial: Trial): Promise<ProviderTest> {
  const provider = makeProvider({ ...trial, defaultModel: trial.model ?? '' })
  const listed = await listChatModels(provider)
  const { models } = listed
  const fail = (error: ModelError, model: string | null): ProviderTest => ({
    isUsable: false,
    models,
    model,
    error: { code: error.code, message: toAdvice(error, trial) },
  })
  const mayAnswer = listed.error === null || !hopeless.has(listed.error.code)
  const model = trial.model ?? (mayAnswer ? chooseUsualModel(trial.kind, models) : null)
  if (listed.error !== null && (!mayAnswer || model === null)) return fail(listed.error, model)
  if (model === null) {
    return fail(
      new ModelError('model-not-found', 'The provider lists no models. Name the one to use.', { retryable: false }),
      null,
    )
  }
  try {
    await askForOnePiece(provider, model)
    return { isUsable: true, models, model, error: null }
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    return fail(error, model)
  }
}

/** Without a list, a model may answer all the same; but not after one of these. */
const hopeless: ReadonlySet<string> = new Set<ModelError['code']>([
  'provider-unauthorized',
  'provider-unreachable',
  'provider-not-a-stream',
  'provider-timeout',
])

/** The models that can be talked to, as the provider names them, at most {@link maxProviderModels}. */
export async function listChatModels(
  provider: ModelProvider,
): Promise<{ readonly models: string[]; readonly error: ModelError | null }> {
  try {
    const list = await provider.list(new AbortController().signal)
    const models = list.map(({ id }) => id).filter(isChatModel)
    return { models: models.slice(0, maxProviderModels), error: null }
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    return { models: [], error }
  }
}

async function askForOnePiece(provider: ModelProvider, model: string): Promise<void> {
  const stream = provider.stream({
    model,
    messages: [{ role: 'user', content: 'Say OK.' }],
    tools: [],
    mayBeEmpty: true,
    signal: AbortSignal.timeout(answerDeadlineMs),
  })
  // Leaving the stream closes the connection: no more than this is paid for.
  for await (const _ of stream) return
}

function toAdvice({ code, message }: ModelError, { key, isKeyUnreadable, kind, baseUrl }: Trial): string {
  if (isKeyUnreadable) return message
  if (code === 'provider-unauthorized' && key === null) return 'The provider asks for a key. Enter it, and try again.'
  if (code === 'provider-unauthorized') {
    return 'The provider does not accept this key. Copy it again, and check that it is still valid and may use this model.'
  }
  if (code === 'provider-unreachable' && kind === 'ollama') {
    return `Ollama does not answer at ${new URL(baseUrl).host}. Start it with “ollama serve”, then try again.`
  }
  if (code === 'provider-unreachable' && kind === 'lm-studio') {
    return `LM Studio does not answer at ${new URL(baseUrl).host}. Start its server under “Developer”, then try again.`
  }
  return message
}
