import type { ModelRequest } from '../model.ts'
import { adaptParameters, type ParameterPlan } from './call-parameters.ts'
import type { HttpFailure } from './provider-call.ts'
import { toWireName } from './wire-names.ts'

export type ModelApi = 'chat' | 'responses'

/** The way in which a model is called: which API, and which of the fields that some models refuse and others demand. */
export interface CallPlan extends ParameterPlan {
  readonly api: ModelApi
  /** Chat: asks for the usage of a stream. */
  readonly streamOptions: boolean
  /** Chat: asks models that draw for pictures, by `modalities`. OpenRouter gives none otherwise. */
  readonly modalities: boolean
  /** Chat: DeepSeek wants `reasoning_content` on every answer of the history. */
  readonly reasoningContent: boolean
  /** Chat: Gemini wants a signature on every call of the history. */
  readonly thoughtSignature: boolean
  /** Responses: asks for reasoning that can be sent back. */
  readonly encryptedReasoning: boolean
  /** Responses: asks for a summary of the reasoning. OpenAI gives it to organisations that it has verified. */
  readonly reasoningSummary: boolean
  /** Forbids calls with `tool_choice` where a model has to answer. */
  readonly toolChoice: boolean
  /** Sends back what the model itself gave with earlier steps. */
  readonly replay: boolean
  /** Lets answers run at the provider, where the settings say so. Without storage there, there are none. */
  readonly background: boolean
  /** Asks for a stream. OpenAI refuses some models' streams to organisations that it has not verified. */
  readonly stream: boolean
  /** Offers tools. */
  readonly tools: boolean
  /** The most tools that are offered. */
  readonly maxTools: number
  /** Tools whose description was refused: their names on the wire, with spaces between them. */
  readonly refusedTools: string
  /** Sends earlier calls and results as such; otherwise as text. */
  readonly toolHistory: boolean
  /** Sends instructions as such; otherwise at the start of the first question. */
  readonly systemRole: boolean
  /** Sends questions (and answers) that follow each other as several messages; otherwise as one. */
  readonly sameRoleNeighbours: boolean
  /** Sends pictures, recordings and PDFs; otherwise their names. */
  readonly media: boolean
  /** Sends those that tools gave, too, as a question behind the results. Mistral takes none there. */
  readonly toolFiles: boolean
}

/** More tools than any provider takes. */
const noLimit = 1_000_000
const maxRefusedTools = 3

export function createCallPlan(api: ModelApi): CallPlan {
  return {
    api,
    streamOptions: true,
    modalities: true,
    reasoningContent: false,
    thoughtSignature: false,
    completionTokens: false,
    refusedParameters: '',
    encryptedReasoning: true,
    reasoningSummary: true,
    toolChoice: true,
    replay: true,
    background: true,
    stream: true,
    tools: true,
    maxTools: noLimit,
    refusedTools: '',
    toolHistory: true,
    systemRole: true,
    sameRoleNeighbours: true,
    media: true,
    toolFiles: true,
  }
}

/** The tools that a call offers under this plan. */
export function planToTools<Tool extends { readonly name: string }>(plan: CallPlan, tools: readonly Tool[]): readonly Tool[] {
  if (!plan.tools) return []
  const refused = new Set(plan.refusedTools.split(' '))
  return tools.filter(({ name }) => !refused.has(toWireName(name))).slice(0, plan.maxTools)
}

/** `auto`: OpenAI's current models take tools only through Responses; Chat Completions is what everybody else has. */
export function chooseApi(setting: ModelApi | 'auto', host: string): ModelApi {
  if (setting !== 'auto') return setting
  return isOpenAiHost(host) ? 'responses' : 'chat'
}

export function isOpenAiHost(host: string): boolean {
  const name = host.replace(/:\d+$/u, '')
  return name === 'api.openai.com' || name.endsWith('.openai.azure.com')
}

export interface RefusedCall {
  readonly request: ModelRequest
  readonly failure: HttpFailure
  /** Nobody has decided on the API. */
  readonly mayChangeApi: boolean
  /** The names on the wire of the tools that were offered, in their order. */
  readonly tools: readonly string[]
  /** The conversation has calls of tools. */
  readonly hasToolHistory: boolean
  /** Pictures, recordings or PDFs were sent. */
  readonly hasMedia: boolean
  /** Pictures were asked for by `modalities`. */
  readonly hasModalities: boolean
  /** Some of them were what tools gave. */
  readonly hasToolFiles: boolean
}

/**
 * The plan changed to suit a refusal that names its reason. Null: no change helps. Every change is one that no second
 * refusal can undo, so that a call is tried a few times at most.
 */
export function adaptPlan(plan: CallPlan, call: RefusedCall): CallPlan | null {
  const { failure, mayChangeApi } = call
  const isRefusal = failure.status === 400 || failure.status === 422
  if (isRefusal && plan.toolChoice && /tool_choice/iu.test(failure.body)) return { ...plan, toolChoice: false }
  if (call.hasModalities && plan.modalities && [400, 404, 422].includes(failure.status) && modalitiesRefused.test(failure.body))
    return { ...plan, modalities: false }
  const adapted =
    plan.api === 'chat'
      ? adaptChat(plan, failure, isRefusal, mayChangeApi)
      : adaptResponses(plan, failure, isRefusal, mayChangeApi)
  return (
    adapted ??
    adaptParameters(plan, failure, call.request) ??
    adaptToolFiles(plan, call) ??
    adaptMedia(plan, call) ??
    adaptStream(plan, failure) ??
    adaptRoles(plan, failure) ??
    adaptTools(plan, call)
  )
}

/** Not about what was sent: that is an input. */
const modalitiesRefused = /(?<!input[ _])modalit(?:y|ies)/iu

/** Mistral, and templates of models that want an answer after a result. */
const questionAfterResultRefused =
  /role ['"`]?user['"`]? (?:after|following) (?:role |a )?['"`]?tool|(?:after|follow\w*) (?:the |a )?tool (?:message|result|response)s?[^."]{0,40}\bassistant/iu

function adaptToolFiles(plan: CallPlan, { failure: { status, body }, hasToolFiles }: RefusedCall): CallPlan | null {
  const isRefusal = status === 400 || status === 422 || status === 500
  if (!isRefusal || !plan.media || !plan.toolFiles || !hasToolFiles) return null
  return questionAfterResultRefused.test(body) ? { ...plan, toolFiles: false } : null
}

/** The words of OpenAI, OpenRouter, Groq, Mistral, DeepSeek, Ollama, llama.cpp and vLLM about a model that takes text only. */
const mediaRefused =
  /(?:image|vision|audio|multi-?modal|\bpdf\b|file)[^"]{0,80}\b(?:not (?:\w+ )?(?:support|allow|enabl|accept|available)|unsupported|n't support|disabled|missing)|(?:not|n't) (?:\w+ ){0,3}support (?:\w+ ){0,3}(?:image|vision|audio|multi-?modal|file|pdf)|no endpoints[^"]{0,40}(?:image|audio|file)|unknown variant [`'"](?:image_url|input_audio|file)|content must be a string|\bat most 0 (?:image|audio)|is not a multimodal model|mmproj/iu

/** About this one file: the model takes others. */
const oneMediumRefused =
  /\b(?:format|mime|corrupt\w*|decod\w*|too (?:large|small|long|many)|dimensions?|exceed\w*|safety|policy)\b/iu

function adaptMedia(plan: CallPlan, { failure: { status, body }, hasMedia }: RefusedCall): CallPlan | null {
  const isRefusal = [400, 404, 415, 422, 500, 501].includes(status)
  if (!isRefusal || !plan.media || !hasMedia || oneMediumRefused.test(body)) return null
  return mediaRefused.test(body) ? { ...plan, media: false } : null
}

const streamRefused =
  /verified to stream|"param"\s*:\s*"stream"|\bstream(?:ing)?\b(?: mode)?['"`]?[^.]{0,30}\b(?:unsupported|not (?:supported|available|allowed|enabled))|(?:not|n't) support (?:stream|[^."]{0,40}\bin streaming mode)/iu

function adaptStream(plan: CallPlan, { status, body }: HttpFailure): CallPlan | null {
  const isRefusal = status === 400 || status === 403 || status === 422
  return isRefusal && plan.stream && streamRefused.test(body) ? { ...plan, stream: false } : null
}

/** Templates of models (llama.cpp, vLLM) raise these, with 400 or 500. */
const systemRefused =
  /\b(?:system|developer)\b['"`]?[ _-]?(?:role|message|prompt|instruction)?s?\b[^."]{0,40}\b(?:unsupported|not (?:be )?(?:supported|enabled|allowed|accepted))|not support (?:the )?['"`]?(?:system|developer)\b|\b(?:invalid|unsupported|unknown) role:? ?['"`]?(?:system|developer)\b/iu
const neighboursRefused =
  /\bmust alternate\b|\balternate (?:between )?(?:user|roles)|\bconsecutive (?:user|assistant|messages|roles)/iu

function adaptRoles(plan: CallPlan, { status, body }: HttpFailure): CallPlan | null {
  if (status !== 400 && status !== 422 && status !== 500) return null
  if (plan.systemRole && systemRefused.test(body)) return { ...plan, systemRole: false }
  if (plan.sameRoleNeighbours && neighboursRefused.test(body)) return { ...plan, sameRoleNeighbours: false }
  return null
}

const aboutTools = /\btools?\b|\btool[_ -]?(?:choice|call|use)|\bfunctions?[_ -]?(?:call|declaration)|\bfunction\b/iu
const notPossible =
  /\bnot?\b[^.]{0,60}\b(?:support|available|allowed|enabled|permitted|exist)|n't support|unsupported|\bdisabled\b|\brequires?\b|no endpoints|unknown (?:field|parameter|argument|name|key)|unrecognized|unexpected|extra[_ ](?:inputs|forbidden|fields)|cannot|can't/iu
/** About calls that stand in the conversation, or that the model has made: the tools that are offered are not at fault. */
const aboutCalls =
  /role[ '"`:]+tool\b|tool_call_id|tool_use_failed|tool_result|must (?:be followed|follow)|without ['"`]?tools=/iu
const tooMany =
  /array too long|too many (?:tools|functions)|(?:at most|maximum(?: number)? of|more than) \d+ (?:tools|functions)/iu
const limit = /maximum length (\d+)|(?:at most|maximum(?: number)? of|more than|limit(?: is| of)?) (\d+)/iu
const aboutSchema = /schema|parameters|properties|function_declarations?\[|\btools?[[.]\d|functions?[[.]\d|\bname\b/iu
const readLength = 4_000

/** A model that takes no tools, fewer of them, or not this one. */
function adaptTools(plan: CallPlan, { failure, tools, hasToolHistory }: RefusedCall): CallPlan | null {
  const { status } = failure
  const body = failure.body.slice(0, readLength)
  if (![400, 404, 422, 500, 501].includes(status) || !aboutTools.test(body)) return null
  if (tools.length > 0 && status !== 404 && !/tool_use_failed/u.test(body)) {
    if (tooMany.test(body)) return sendFewer(plan, body, tools.length)
    const named = aboutSchema.test(body) && status < 500 ? findNamed(body, tools) : null
    const count = plan.refusedTools === '' ? 0 : plan.refusedTools.split(' ').length
    if (named !== null && count < maxRefusedTools) return { ...plan, refusedTools: `${plan.refusedTools} ${named}`.trim() }
    if (named !== null || /invalid[ _](?:function|tool)[^.]{0,30}(?:schema|parameters)/iu.test(body))
      return { ...plan, tools: false }
  }
  if (!notPossible.test(body)) return null
  if (tools.length > 0 && !aboutCalls.test(body)) return { ...plan, tools: false }
  return tools.length === 0 && hasToolHistory && plan.toolHistory ? { ...plan, toolHistory: false } : null
}

function sendFewer(plan: CallPlan, body: string, sent: number): CallPlan {
  const found = limit.exec(body)
  const allowed = Number(found?.[1] ?? found?.[2] ?? Math.floor(sent / 2))
  const isFirst = plan.maxTools === noLimit
  return isFirst && allowed > 0 && allowed < sent ? { ...plan, maxTools: allowed } : { ...plan, tools: false }
}

/** The offered tool that a refusal is about, by its name or by its place. */
function findNamed(body: string, tools: readonly string[]): string | null {
  const named = tools.find((name) => new RegExp(`(?<![\\w-])${name}(?![\\w-])`, 'u').test(body))
  const place = /(?:tools?|functions?|function_declarations?)(?:\[|\.)(\d+)/u.exec(body)?.[1]
  return named ?? (place === undefined ? null : (tools[Number(place)] ?? null))
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
  if (isRefusal && plan.background && /\bbackground\b|\bstore\b/iu.test(readReason(body))) return { ...plan, background: false }
  if (isRefusal && plan.encryptedReasoning && /encrypted[ _.]content|["'`]include(?:\[\d+\])?["'`]/iu.test(body)) {
    return { ...plan, encryptedReasoning: false }
  }
  if (isRefusal && plan.reasoningSummary && /reasoning[ ._]summar|["'`]reasoning(?:\.summary)?["'`]/iu.test(body)) {
    return { ...plan, reasoningSummary: false }
  }
  const isAbsent = status === 404 || status === 405 || status === 501
  return mayChangeApi && isAbsent && !/model/iu.test(readReason(body)) ? { ...plan, api: 'chat' } : null
}

/** The provider's reason; not its whole body, which may name the requested model in any case. */
function readReason(body: string): string {
  const reason = /"(?:message|detail|error)"\s*:\s*"((?:[^"\\]|\\.)*)"/u.exec(body)?.[1] ?? ''
  const code = /"code"\s*:\s*"([\w.-]*)"/u.exec(body)?.[1] ?? ''
  return `${code} ${reason}`
}
