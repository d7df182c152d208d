import type OpenAI from 'openai'
import { questionToText, type MediaFile } from '../model-file.ts'
import type { ModelMessage, ModelTool, ModelToolCall } from '../model.ts'
import { isJsonObject } from './json-scanner.ts'
import { readRecord, type JsonRecord } from './read-json.ts'
import { toWireName } from './wire-names.ts'

type WireMessage = OpenAI.Chat.ChatCompletionMessageParam
type WirePart = OpenAI.Chat.ChatCompletionContentPart
type WireToolCall = OpenAI.Chat.ChatCompletionMessageFunctionToolCall
type ToolMessage = Extract<ModelMessage, { role: 'tool' }>

/** Fields that some models demand in every history, also in one that another model wrote. A refusal without them reveals the demand. */
export interface WireDemands {
  /** DeepSeek, while it thinks: `reasoning_content` on every answer, empty where there is none. */
  readonly reasoningContent?: boolean
  /** Gemini 3: a signature on every call. Google's own word for a call that has none (ai.google.dev, thought signatures, FAQ). */
  readonly thoughtSignature?: boolean
  /** False: the signatures that there are have been refused. */
  readonly extras?: boolean
  /** The part of a step's replay that belongs to this model; by default there is none. */
  readonly replayOf?: (message: AssistantMessage) => JsonRecord | null
}

type AssistantMessage = Extract<ModelMessage, { role: 'assistant' }>

export const cancelledResult = '{"error":"cancelled"}'
const unsignedCall = { extra_content: { google: { thought_signature: 'skip_thought_signature_validator' } } }

/**
 * A conversation as Chat Completions takes it. Anything that providers refuse is repaired here, so that no history can make every further
 * question fail: each call is followed by exactly one result (a missing one is `{"error":"cancelled"}`), a result without its call
 * is left out, so is an answer without text and calls, arguments are JSON of an object, names have only allowed characters, and a lone surrogate, which is not Unicode,
 * becomes U+FFFD.
 */
export function messagesToWire(messages: readonly ModelMessage[], demands: WireDemands = {}): WireMessage[] {
  let calls = 0
  return messages.flatMap((message, index): WireMessage[] => {
    if (message.role === 'tool') return []
    if (message.role === 'system') return [{ role: 'system', content: message.content.toWellFormed() }]
    if (message.role === 'user') return [{ role: 'user', content: questionToWire(message) }]
    const content = message.content.toWellFormed()
    const thoughts = demands.reasoningContent ? { reasoning_content: '' } : {}
    if (message.toolCalls.length === 0) return content === '' ? [] : [{ role: 'assistant', content, ...thoughts }]
    const results = resultsAfter(messages, index)
    const paired = message.toolCalls.map((call) => ({ call, id: toWireId((calls += 1)), result: results.get(call.callId) }))
    return [
      {
        role: 'assistant',
        content: content === '' ? null : content,
        ...thoughts,
        ...readRecord(demands.replayOf?.(message)?.['message']),
        tool_calls: paired.map(({ call, id }) => callToWire(call, id, demands)),
      },
      ...paired.map(({ id, result }): WireMessage => ({ role: 'tool', tool_call_id: id, content: result ?? cancelledResult })),
    ]
  })
}

/** Text alone stays text: not every server takes a list of parts. */
function questionToWire({ content, files = [] }: Extract<ModelMessage, { role: 'user' }>): string | WirePart[] {
  const text = questionToText(content, files).toWellFormed()
  const media = files.flatMap((file) => (file.type === 'media' ? mediaToWire(file) : []))
  return media.length === 0 ? text : [{ type: 'text', text }, ...media]
}

function mediaToWire(file: MediaFile): WirePart {
  switch (file.kind) {
    case 'image':
      return { type: 'image_url', image_url: { url: mediaToDataUrl(file) } }
    case 'audio':
      return { type: 'input_audio', input_audio: { data: file.data ?? '', format: toAudioFormat(file) } }
    case 'pdf':
      return { type: 'file', file: { filename: file.name.toWellFormed(), file_data: mediaToDataUrl(file) } }
  }
}

export function mediaToDataUrl({ mediaType, data = '' }: MediaFile): string {
  return `data:${mediaType};base64,${data}`
}

export function toAudioFormat({ mediaType }: MediaFile): 'mp3' | 'wav' {
  return mediaType === 'audio/mpeg' ? 'mp3' : 'wav'
}

export function toolsToWire(tools: readonly ModelTool[]): OpenAI.Chat.ChatCompletionFunctionTool[] {
  return tools.map(({ name, description, parameters }) => ({
    type: 'function',
    function: { name: toWireName(name), description, parameters },
  }))
}

/** By `callId`: the results that belong to an answer stand between it and the next one. */
export function resultsAfter(messages: readonly ModelMessage[], index: number): Map<string, string> {
  const next = messages.findIndex((message, at) => at > index && message.role === 'assistant')
  const between = messages.slice(index + 1, next === -1 ? undefined : next)
  const results = between.filter((message): message is ToolMessage => message.role === 'tool')
  return new Map(results.map(({ callId, content }) => [callId, content.toWellFormed()]))
}

/** Mistral takes ids of exactly nine letters and digits, OpenAI of at most 40 characters; all that they must do is pair up. */
export function toWireId(number: number): string {
  return `call${String(number).padStart(5, '0')}`
}

function callToWire(call: ModelToolCall, id: string, { thoughtSignature, extras = true }: WireDemands): WireToolCall {
  const { name, args } = call
  const extra = extras ? call.extra : undefined
  return {
    ...(extra ?? (thoughtSignature ? unsignedCall : {})),
    id,
    type: 'function',
    function: { name: toWireName(name), arguments: argsToWire(args) },
  }
}

/** JSON of an object, whatever the model wrote. */
export function argsToWire(args: string): string {
  const text = args.toWellFormed()
  return isJsonObject(text) ? text : '{}'
}
