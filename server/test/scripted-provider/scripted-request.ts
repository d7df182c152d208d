import type { IncomingHttpHeaders } from 'node:http'

/** A message of a request as it came over the wire. */
export interface WireMessage {
  readonly role: string
  readonly content?: unknown
  readonly tool_calls?: readonly { id: string; type: string; function: { name: string; arguments: string } }[]
  readonly tool_call_id?: string
}

export interface WireBody {
  readonly model?: string
  readonly messages?: readonly WireMessage[]
  readonly tools?: readonly { function: { name: string } }[]
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
  /** Milliseconds since the provider started. */
  readonly at: number
  /** What the last user message says. */
  readonly lastUserText: string
  /** How many requests, this one included, have asked with the same last user message. */
  readonly attempt: number
}

/** How an answer ended. */
export interface Closing {
  /** True when the client closed the socket before the answer had ended. */
  readonly byClient: boolean
  readonly sentTokens: number
  /** Milliseconds since the provider started. */
  readonly at: number
}

export function lastUserText({ messages = [] }: WireBody): string {
  return contentToText(messages.findLast(({ role }) => role === 'user')?.content)
}

export function contentToText(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part: unknown) => (hasText(part) ? part.text : '')).join('')
}

function hasText(part: unknown): part is { text: string } {
  return typeof part === 'object' && part !== null && 'text' in part && typeof part.text === 'string'
}
