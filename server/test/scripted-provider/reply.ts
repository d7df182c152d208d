import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { ScriptedRequest } from './scripted-request.ts'

export interface ScriptedUsage {
  readonly prompt_tokens: number
  readonly completion_tokens: number
}

/** What a script writes its answer with. Everything rejects once the client is gone, which ends the script. */
export interface Reply {
  readonly request: ScriptedRequest
  /** Aborted when the socket closes. */
  readonly gone: AbortSignal
  readonly sentTokens: number
  /** True once the script closed the socket itself. */
  readonly isDropped: boolean
  /** Sends the head. Without it, the first bytes send that of an event stream. */
  head(status: number, headers?: Readonly<Record<string, string>>): void
  /** Exactly these bytes; waits while the client does not read. */
  raw(bytes: string | Uint8Array): Promise<void>
  /** One frame with this as its data. */
  frame(data: unknown): Promise<void>
  /** One chunk of the answer. */
  delta(delta: Readonly<Record<string, unknown>>, finishReason?: string | null): Promise<void>
  /** One chunk of text for each token, in as few writes as possible. */
  tokens(texts: readonly string[]): Promise<void>
  /** The end as OpenAI writes it: reason, usage when it was asked for, `[DONE]`. */
  finish(reason?: string, usage?: ScriptedUsage): Promise<void>
  /** Ends the body, with nothing more. */
  end(): void
  /** Closes the socket in the middle of the body. */
  drop(): void
  sleep(ms: number): Promise<void>
  /** Waits for something that the test decides. */
  until(event: Promise<unknown>): Promise<void>
}

export function createReply(response: ServerResponse, request: ScriptedRequest): Reply {
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const id = `chatcmpl-${request.index}`
  const start = `{"id":"${id}","object":"chat.completion.chunk","created":1700000000,"model":${JSON.stringify(request.body.model ?? '')}`
  let sentTokens = 0
  let isDropped = false

  const chunk = (delta: string, finishReason: string | null) =>
    `data: ${start},"choices":[{"index":0,"delta":${delta},"finish_reason":${JSON.stringify(finishReason)}}]}\n\n`

  const raw = async (bytes: string | Uint8Array) => {
    gone.signal.throwIfAborted()
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (!response.write(bytes)) await once(response, 'drain', { signal: gone.signal })
  }

  return {
    request,
    gone: gone.signal,
    get sentTokens() {
      return sentTokens
    },
    get isDropped() {
      return isDropped
    },
    head(status, headers = {}) {
      response.writeHead(status, headers)
      response.flushHeaders()
    },
    raw,
    frame: async (data) => await raw(`data: ${JSON.stringify(data)}\n\n`),
    delta: async (delta, finishReason = null) => await raw(chunk(JSON.stringify(delta), finishReason)),
    async tokens(texts) {
      if (texts.length === 0) return
      await raw(texts.map((text) => chunk(`{"content":${JSON.stringify(text)}}`, null)).join(''))
      sentTokens += texts.length
    },
    async finish(reason = 'stop', usage = { prompt_tokens: 10, completion_tokens: sentTokens }) {
      const total = { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens }
      const isAsked = request.body.stream_options?.include_usage === true
      const usageFrame = isAsked ? `data: ${start},"choices":[],"usage":${JSON.stringify(total)}}\n\n` : ''
      await raw(`${chunk('{}', reason)}${usageFrame}data: [DONE]\n\n`)
      response.end()
    },
    end: () => void response.end(),
    drop() {
      isDropped = true
      response.socket?.destroy()
    },
    sleep: async (ms) => await delay(ms, undefined, { signal: gone.signal }),
    async until(event) {
      const left = Promise.withResolvers<never>()
      const leave = () => left.reject(gone.signal.reason)
      gone.signal.addEventListener('abort', leave, { once: true })
      if (gone.signal.aborted) leave()
      await Promise.race([event, left.promise]).finally(() => gone.signal.removeEventListener('abort', leave))
    },
  }
}
