import { setTimeout as delay } from 'node:timers/promises'
import { EnvHttpProxyAgent, type Dispatcher } from 'undici'
import { createIdleWatchdog } from './idle-watchdog.ts'
import { createModelError, silent } from './model-errors.ts'
import { createBodyReader, piecesToStream, readPastBlank, readBodyText, sniff, type BodyReader } from './response-body.ts'
import { createFrameFilter } from './sse-frames.ts'

/** A response of a provider with another status than 2xx. */
export interface HttpFailure {
  readonly status: number
  readonly headers: Headers
  /** At most 64 KiB of it. */
  readonly body: string
}

/**
 * One call to a provider, as a `fetch` for the SDK. It handles what the SDK ignores silently: a web page or plain JSON instead of a
 * stream, frames without data, a stream that stalls.
 */
export interface ProviderCall extends Disposable {
  /** Aborted when the caller stops, when the provider is silent for too long, and when this is disposed. Then the socket closes. */
  readonly signal: AbortSignal
  readonly fetch: typeof globalThis.fetch
  readonly failure: HttpFailure | null
  /** True once the provider said that its answer is whole, or sent it in one piece. */
  readonly sawDone: boolean
  /** The content type expected of the next response. */
  expect(kind: 'event-stream' | 'json'): void
  /** The answer has begun: from now on its pieces may be no more than `idleTimeoutMs` apart. */
  begin(): void
  /** @throws ModelError when the call was stopped: the SDK's stream just ends in this case. */
  throwIfStopped(): void
}

export interface ProviderCallOptions {
  /** A timeout signal makes the call fail with `provider-timeout`, any other with `aborted`. */
  readonly signal: AbortSignal
  readonly expects: 'event-stream' | 'json'
  /** The longest wait between two pieces of the answer. */
  readonly idleTimeoutMs: number
  /** The longest wait for headers, and until the answer has begun: models think before. Default: the same. */
  readonly firstPieceTimeoutMs?: number
  /** Null: no `Authorization` is sent. */
  readonly apiKey: string | null
  /** Sent besides; they win over the key. */
  readonly headers: Readonly<Record<string, string>>
  /** Told the body of each request that has one, right before it is sent. */
  readonly onSend?: (body: string) => void
  /** Makes the connection. It must have no time limits of its own. Default: any connection. */
  readonly dispatcher?: Dispatcher
}

/**
 * Node's own client times out after five silent minutes. The limit is a setting here, and the watchdog enforces it. HTTPS_PROXY, HTTP_PROXY
 * and NO_PROXY are followed, if they are set.
 */
const patientAgent = new EnvHttpProxyAgent({ headersTimeout: 0, bodyTimeout: 0 })

const maxFailureBytes = 64 * 1024
const maxJsonBytes = 64 * 1024 * 1024
/** Comments keep a call alive while a provider queues it, but only this many times longer. */
const keepAliveFactor = 10
/** After `[DONE]` the end of the body has usually arrived already; reading it lets the connection be reused. */
const endGraceMs = 50

export function createProviderCall(options: ProviderCallOptions): ProviderCall {
  const { signal, idleTimeoutMs, firstPieceTimeoutMs = idleTimeoutMs } = options
  let { expects } = options
  const controller = new AbortController()
  const stop = () => controller.abort(createModelError(isTimeout(signal.reason) ? 'provider-timeout' : 'aborted'))
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const watchdog = createIdleWatchdog(firstPieceTimeoutMs, (waitedMs) => controller.abort(silent(waitedMs)))
  const keepAliveMs = Math.max(idleTimeoutMs * keepAliveFactor, firstPieceTimeoutMs)
  let failure: HttpFailure | null = null
  let sawDone = false

  /** The frames with data, from bytes of which the first are already read. */
  const bodyToFrames = (first: Uint8Array, body: BodyReader): ReadableStream<Uint8Array> => {
    const filter = createFrameFilter()
    let unread: Uint8Array | null = first
    let ended = false
    let lastDataAt = performance.now()
    const next = async (): Promise<Uint8Array | null> => {
      if (sawDone) await body.close()
      while (!ended && !sawDone) {
        const bytes: Uint8Array | null = unread ?? (await body.read())
        unread = null
        ended = bytes === null
        const frames = bytes ? filter.push(bytes) : filter.flush()
        if (filter.sawDone && !sawDone) await waitForEnd(body)
        sawDone = filter.sawDone
        if (frames) {
          lastDataAt = performance.now()
          return frames
        }
        if (performance.now() - lastDataAt > keepAliveMs) throw silent(keepAliveMs)
      }
      return null
    }
    return piecesToStream(next, () => body.close())
  }

  const responseToAnswer = async (response: Response): Promise<Response> => {
    const body = createBodyReader(response.body, watchdog.watch)
    const first = await readPastBlank(body, maxFailureBytes)
    const kind = sniff(first)
    if (kind === 'html') {
      await body.close()
      throw createModelError('provider-not-a-stream')
    }
    if (kind === 'event-stream' && expects === 'event-stream') {
      // 204 and 205 are success, too, but a response of that status may have no body.
      return new Response(bodyToFrames(first, body), { status: 200, headers: response.headers })
    }
    const text = await readBodyText(first, body, maxJsonBytes)
    const json = kind === 'json' ? textToJson(text) : framesToJson(text)
    sawDone = true
    return expects === 'json'
      ? new Response(json, { status: 200, headers: { 'content-type': 'application/json' } })
      : new Response(`data: ${json}\n\ndata: [DONE]\n\n`, { status: 200, headers: { 'content-type': 'text/event-stream' } })
  }

  return {
    signal: controller.signal,
    get failure() {
      return failure
    },
    get sawDone() {
      return sawDone
    },
    expect(kind) {
      expects = kind
    },
    begin() {
      watchdog.setTimeoutMs(idleTimeoutMs)
    },
    throwIfStopped() {
      if (controller.signal.aborted) throw controller.signal.reason
    },
    fetch: async (input, init) => {
      // A call may be made several times; the outcome of an earlier one is discarded.
      failure = null
      sawDone = false
      const headers = toOwnHeaders(init?.headers, options)
      if (typeof init?.body === 'string') options.onSend?.(init.body)
      const response = await watchdog.watch(fetch(input, toPatient({ ...init, headers, redirect: 'manual' }, options.dispatcher)))
      if (response.ok) return await responseToAnswer(response)
      const body = await readBodyText(new Uint8Array(), createBodyReader(response.body, watchdog.watch), maxFailureBytes)
      failure = { status: response.status, headers: response.headers, body }
      return new Response(response.status === 304 ? null : body, { status: response.status, headers: response.headers })
    },
    [Symbol.dispose]() {
      signal.removeEventListener('abort', stop)
      watchdog[Symbol.dispose]()
      controller.abort(createModelError('aborted'))
    },
  }
}

/** `fetch` takes a dispatcher, which its type in the browser's library does not say. */
function toPatient(init: RequestInit, dispatcher: Dispatcher = patientAgent): RequestInit {
  return { ...init, dispatcher } as RequestInit
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError'
}

/** The answer is complete: neither later bytes nor the end of the connection change it. */
async function waitForEnd(body: BodyReader): Promise<void> {
  const settled = body.read().then(
    () => undefined,
    () => undefined,
  )
  await Promise.race([settled, delay(endGraceMs)])
}

/**
 * Only these headers leave. The SDK adds some that describe this machine, and any that stand in OPENAI_CUSTOM_HEADERS, even another
 * `Authorization`.
 */
function toOwnHeaders(given: HeadersInit | undefined, { apiKey, headers: extra }: ProviderCallOptions): Headers {
  const from = new Headers(given)
  const headers = new Headers({ 'user-agent': 'holdfast' })
  for (const name of ['accept', 'content-type']) {
    const value = from.get(name)
    if (value !== null) headers.set(name, value)
  }
  if (apiKey !== null) headers.set('authorization', `Bearer ${apiKey}`)
  for (const [name, value] of Object.entries(extra)) headers.set(name, value)
  return headers
}

/** One line of JSON, which fits in a frame. */
function textToJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text.replace(/^\uFEFF/u, '')))
  } catch {
    throw createModelError('provider-not-a-stream')
  }
}

/** Some servers stream whatever they are asked for: then this is the list of what they sent. */
function framesToJson(text: string): string {
  const lines = text.split(/\r\n|\r|\n/u).filter((line) => line.trim() !== '')
  const data = lines.flatMap((line) => (line.startsWith('data:') ? line.slice('data:'.length).trim() || [] : []))
  if (data.length === 0 && lines.length > 0) throw createModelError('provider-not-a-stream')
  return textToJson(`[${data.filter((frame) => frame !== '[DONE]').join(',')}]`)
}
