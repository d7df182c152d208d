import type { IncomingHttpHeaders } from 'node:http'

/** A message of a request as it came over the wire. */
export interface WireMessage {
  readonly role: string
  readonly content?: unknown
  readonly tool_calls?: readonly { id: string; type: string; function: { name: string; arguments: string } }[]
  readonly tool_call_id?: string
}

/** An item of the input of the Responses API. */
export interface WireItem {
  readonly type?: string
  readonly role?: string
  readonly content?: unknown
  readonly call_id?: string
  readonly name?: string
  readonly arguments?: string
  readonly output?: unknown
  readonly encrypted_content?: string
}

export interface WireBody {
  readonly model?: string
  readonly messages?: readonly WireMessage[]
  /** Of the Responses API, as is `instructions`. */
  readonly input?: string | readonly WireItem[]
  readonly instructions?: string
  readonly tools?: readonly { name?: string; function?: { name: string } }[]
  readonly stream?: boolean
  readonly stream_options?: { include_usage?: boolean }
}

/** A request as the provider got it. */
export interface ScriptedRequest {
  /** From 0, in the order of arrival; streaming and other calls are counted apart. */
  readonly index: number
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: WireBody
  /** The body as it came, byte by byte. */
  readonly text: string
  /** Milliseconds since the provider started. */
  readonly at: number
  /** The text of the last user message. */
  readonly lastUserText: string
  /** The number of requests so far, this one included, with the same last user message. */
  readonly attempt: number
}

/** The way in which an answer ended. */
export interface Closing {
  /** True when the client closed the socket before the answer had ended. */
  readonly byClient: boolean
  readonly sentTokens: number
  /** Milliseconds since the provider started. */
  readonly at: number
}

export function isResponsesRequest({ path }: ScriptedRequest): boolean {
  return path.startsWith('/v1/responses')
}

export function lastUserText({ messages = [], input = [] }: WireBody): string {
  if (typeof input === 'string') return input
  return contentToText([...messages, ...input].findLast(({ role }) => role === 'user')?.content)
}

const continuation = /^Your answer was cut off\./u

/** The question before a request to continue, and what was said of its answer; null when the request does not end with one. */
export function readContinuation({ messages = [], input = [] }: WireBody): { asked: string; said: string } | null {
  const all = typeof input === 'string' ? [] : [...messages, ...input]
  const texts = all.flatMap(({ role, content }) => (role === undefined ? [] : { role, text: contentToText(content) }))
  if (!continuation.test(texts.at(-1)?.text ?? '')) return null
  const before = texts.slice(0, -1)
  const lastUser = before.findLastIndex(({ role }) => role === 'user')
  const said = before.slice(lastUser + 1).filter(({ role }) => role === 'assistant')
  return { asked: before[lastUser]?.text ?? '', said: said.map(({ text }) => text).join('') }
}

/** The tool result that the request ends with; null when it does not end with one. */
export function lastToolText({ messages = [], input = [] }: WireBody): string | null {
  const message = messages.at(-1)
  if (message?.role === 'tool') return contentToText(message.content)
  const item = typeof input === 'string' ? undefined : input.at(-1)
  return item?.type === 'function_call_output' ? contentToText(item.output) : null
}

export function contentToText(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part: unknown) => (hasText(part) ? part.text : '')).join('')
}

function hasText(part: unknown): part is { text: string } {
  return typeof part === 'object' && part !== null && 'text' in part && typeof part.text === 'string'
}
