import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises'
import { createChatWire } from './chat-wire.ts'
import type { ScriptedCall, ScriptedUsage } from './reply-wire.ts'
import { createResponsesWire } from './responses-wire.ts'
import { isResponsesRequest, type ScriptedRequest } from './scripted-request.ts'

/** The operations with which a script writes its answer. Each rejects once the client is gone, which ends the script. */
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
  /** One chunk of an answer of Chat Completions. */
  delta(delta: Readonly<Record<string, unknown>>, finishReason?: string | null): Promise<void>
  /** One piece of text for each token, in as few writes as possible. This and what follows speak the API that was asked. */
  tokens(texts: readonly string[]): Promise<void>
  /** A thought; from the Responses API with reasoning that has to be sent back. */
  think(text: string): Promise<void>
  /** A picture in PNG, as OpenRouter or OpenAI gives it. */
  picture(base64: string): Promise<void>
  /** A tool call, the arguments in pieces. */
  call(call: ScriptedCall): Promise<void>
  /** The end as OpenAI writes it: reason, and usage; from Chat Completions when it was asked for. */
  finish(reason?: string, usage?: ScriptedUsage): Promise<void>
  /** Ends the body, with nothing more. */
  end(): void
  /** Closes the socket in the middle of the body. */
  drop(): void
  sleep(ms: number): Promise<void>
  /** Lets a client in this process read what was written: turns of the event loop, however long each takes. */
  arrived(): Promise<void>
  /** Waits for something that the test decides. */
  until(event: Promise<unknown>): Promise<void>
}

const turnsToArrive = 50

export function createReply(response: ServerResponse, request: ScriptedRequest): Reply {
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  let sentTokens = 0
  let isDropped = false

  const raw = async (bytes: string | Uint8Array) => {
    gone.signal.throwIfAborted()
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (!response.write(bytes)) await once(response, 'drain', { signal: gone.signal })
  }

  const wire = isResponsesRequest(request) ? createResponsesWire(raw, request) : createChatWire(raw, request)

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
    delta: wire.delta,
    think: wire.think,
    picture: wire.picture,
    call: wire.call,
    async tokens(texts) {
      if (texts.length === 0) return
      await wire.tokens(texts)
      sentTokens += texts.length
    },
    async finish(reason = 'stop', usage = { prompt_tokens: 10, completion_tokens: sentTokens }) {
      await wire.finish(reason, usage)
      response.end()
    },
    end: () => void response.end(),
    drop() {
      isDropped = true
      response.socket?.destroy()
    },
    sleep: async (ms) => await delay(ms, undefined, { signal: gone.signal }),
    async arrived() {
      for (let turns = 0; turns < turnsToArrive; turns += 1) await turn()
    },
    async until(event) {
      const left = Promise.withResolvers<never>()
      const leave = () => left.reject(gone.signal.reason)
      gone.signal.addEventListener('abort', leave, { once: true })
      if (gone.signal.aborted) leave()
      await Promise.race([event, left.promise]).finally(() => gone.signal.removeEventListener('abort', leave))
    },
  }
}
