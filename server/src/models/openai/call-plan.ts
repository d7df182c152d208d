import type { HttpFailure } from './provider-call.ts'

export type ModelApi = 'chat' | 'responses'

/** How a model is asked: which API, and which of the things that some models refuse and others demand. */
export interface CallPlan {
  readonly api: ModelApi
  /** Chat: asks for the usage of a stream. */
  readonly streamOptions: boolean
  /** Chat: DeepSeek wants `reasoning_content` on every answer of the history. */
  readonly reasoningContent: boolean
  /** Chat: Gemini wants a signature on every call of the history. */
  readonly thoughtSignature: boolean
  /** Responses: asks for reasoning that can be sent back. */
  readonly encryptedReasoning: boolean
  /** Responses: asks for a summary of the reasoning. OpenAI gives it to organisations that it has verified. */
  readonly reasoningSummary: boolean
  /** Sends back what the model itself gave with earlier steps. */
  readonly replay: boolean
}

export function createCallPlan(api: ModelApi): CallPlan {
  return {
    api,
    streamOptions: true,
    reasoningContent: false,
    thoughtSignature: false,
    encryptedReasoning: true,
    reasoningSummary: true,
    replay: true,
  }
}

/** `auto`: OpenAI's current models take tools only through Responses; Chat Completions is what everybody else has. */
export function chooseApi(setting: ModelApi | 'auto', host: string): ModelApi {
  if (setting !== 'auto') return setting
  const name = host.replace(/:\d+$/u, '')
  return name === 'api.openai.com' || name.endsWith('.openai.azure.com') ? 'responses' : 'chat'
}

/**
 * What to change about a plan after a refusal that says what it is about. Null: nothing helps. Every change is one that no second
 * refusal can undo, so that a call is tried a few times at most. `mayChangeApi`: nobody has decided on the API.
 */
export function adaptPlan(plan: CallPlan, failure: HttpFailure, mayChangeApi: boolean): CallPlan | null {
  const isRefusal = failure.status === 400 || failure.status === 422
  return plan.api === 'chat'
    ? adaptChat(plan, failure, isRefusal, mayChangeApi)
    : adaptResponses(plan, failure, isRefusal, mayChangeApi)
}

function adaptChat(plan: CallPlan, { body }: HttpFailure, isRefusal: boolean, mayChangeApi: boolean): CallPlan | null {
  if (!isRefusal) return null
  if (mayChangeApi && /use \/v1\/responses|v1\/responses instead/iu.test(body)) return { ...plan, api: 'responses' }
  if (plan.streamOptions && /stream_options|include_usage/iu.test(body)) return { ...plan, streamOptions: false }
  const isMissing = /missing|must be passed|must be provided|required/iu.test(body)
  if (!plan.reasoningContent && isMissing && /reasoning_content/iu.test(body)) return { ...plan, reasoningContent: true }
  if (!plan.thoughtSignature && isMissing && /thought_?signature/iu.test(body)) return { ...plan, thoughtSignature: true }
  if (plan.replay && /thought[_ ]?signature/iu.test(body)) return { ...plan, replay: false, thoughtSignature: true }
  if (plan.replay && /reasoning_content|reasoning_details/iu.test(body))
    return { ...plan, replay: false, reasoningContent: false }
  return null
}

/** A reasoning item that the provider cannot open, does not find, or misses something behind. It says 400 or 404. */
const replayRefused =
  /invalid_encrypted_content|encrypted[ _]content\b.{0,200}\b(?:verified|decrypted|issued|match)|without its required|items are not persisted|item with id|duplicate item/isu

function adaptResponses(plan: CallPlan, failure: HttpFailure, isRefusal: boolean, mayChangeApi: boolean): CallPlan | null {
  const { status, body } = failure
  if (plan.replay && (isRefusal || status === 404) && replayRefused.test(body)) return { ...plan, replay: false }
  if (isRefusal && plan.encryptedReasoning && /encrypted[ _.]content|["'`]include(?:\[\d+\])?["'`]/iu.test(body)) {
    return { ...plan, encryptedReasoning: false }
  }
  if (isRefusal && plan.reasoningSummary && /reasoning[ ._]summar|["'`]reasoning(?:\.summary)?["'`]/iu.test(body)) {
    return { ...plan, reasoningSummary: false }
  }
  const isAbsent = status === 404 || status === 405 || status === 501
  return mayChangeApi && isAbsent && !/model/iu.test(readReason(body)) ? { ...plan, api: 'chat' } : null
}

/** What the provider says; not its whole body, which may name the model that was asked for in any case. */
function readReason(body: string): string {
  const reason = /"(?:message|detail|error)"\s*:\s*"((?:[^"\\]|\\.)*)"/u.exec(body)?.[1] ?? ''
  const code = /"code"\s*:\s*"([\w.-]*)"/u.exec(body)?.[1] ?? ''
  return `${code} ${reason}`
}
