import type { AppRouter } from '@holdfast/server'
import { httpSubscriptionLink, TRPCClientError, type Operation } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import type { EventSource as EventSourceWithHeaders } from 'eventsource'
import * as z from 'zod/mini'
import { createDeferred } from '../../lib/deferred.ts'
import { joinStreamCrowd } from './stream-crowd.ts'
import type { SubscriptionObserver } from './subscription.ts'
import type { TokenSource } from './token-source.ts'
import type { CreateTransport } from './transport.ts'

/** An `EventSource` that lets its requests be made by our own `fetch`: the browser's cannot send an `Authorization` header. */
export type EventSourceConstructor = typeof EventSourceWithHeaders

/** The server writes at least every 15 s. */
const signOfLifeMs = 16_000
/** In a crowd of pages the stream is held this long, until nothing has come for `crowdedQuietMs` … */
const crowdedHoldMs = 700
const crowdedQuietMs = 300
/** … and opened again after this time. */
const crowdedPauseMs = 1_000

const itemSchema = z.object({
  key: z.string(),
  type: z.string(),
  id: z.optional(z.string()),
  data: z.optional(z.unknown()),
  error: z.optional(z.unknown()),
})

/** One of the subscriptions that the stream carries. */
interface Carried {
  readonly operation: Operation
  readonly observer: SubscriptionObserver
  lastEventId: string | null
}

/**
 * Carries all subscriptions over one stream of server-sent events (`stream.follow`): for networks that do not let WebSockets through.
 * The stream is opened again, from the last events, when a subscription is added.
 *
 * Browsers allow six connections to a server over HTTP/1.1, for all pages together. When several pages hold a stream, further ones open
 * theirs only for moments, so that a connection is always left for requests.
 */
export function createEventSourceTransportFactory(options: {
  readonly url: string
  readonly tokens: TokenSource
  readonly EventSource?: EventSourceConstructor | undefined
  readonly fetch: typeof globalThis.fetch
  /** Whether the server answers a request. */
  readonly isReachable: () => Promise<boolean>
}): CreateTransport {
  return async ({ runtime, events }) => {
    const EventSource = options.EventSource ?? (await import('eventsource')).EventSource
    const carried = new Map<string, Carried>()
    let keys = 0
    let isOpen = false
    let isLost = false
    let heardAt = Date.now()
    let stream: { unsubscribe(): void } | null = null
    /** When the stream in use was connected; null before. */
    let connectedAt: number | null = null
    /** Grows with every stream: what an older one says is ignored. */
    let streamId = 0
    let openTimer: ReturnType<typeof setTimeout> | undefined
    let crowdTimer: ReturnType<typeof setTimeout> | undefined

    const hear = () => {
      heardAt = Date.now()
      events.onHeard()
    }
    const fetchWithToken: typeof globalThis.fetch = async (input, init) => {
      const token = await options.tokens.get()
      const headers = new Headers(init?.headers)
      headers.set('authorization', `Bearer ${token}`)
      const response = await options.fetch(input, { ...init, headers })
      if (response.status === 401) {
        options.tokens.refused(token)
        lose(true)
      }
      if (!response.ok && response.headers.get('content-type')?.includes('json')) return refusalToEventStream(response)
      if (!response.body) return response
      return new Response(response.body.pipeThrough(createEavesdropper(hear)), response)
    }
    const operate = httpSubscriptionLink<AppRouter, EventSourceConstructor>({
      url: options.url,
      EventSource,
      eventSourceOptions: { fetch: fetchWithToken },
    })(runtime)

    const closeStream = () => {
      streamId += 1
      connectedAt = null
      clearTimeout(openTimer)
      clearTimeout(crowdTimer)
      openTimer = undefined
      stream?.unsubscribe()
      stream = null
    }
    const end = () => {
      isLost = true
      closeStream()
      crowd.leave()
    }
    const lose = (unauthorized: boolean) => {
      if (isLost) return
      isLost = true
      queueMicrotask(() => {
        end()
        events.onLost({ unauthorized })
      })
    }

    const onConnected = () => {
      connectedAt = Date.now()
      if (!isOpen) {
        isOpen = true
        events.onOpen()
      }
      // As the server's heartbeats, which a stream that is open for a moment would not see.
      for (const { observer, lastEventId: id } of [...carried.values()]) {
        if (id !== null) observer.next({ result: { id, data: { id, data: [] } } as never })
      }
      watchCrowd()
    }
    const onItem = (value: unknown) => {
      const { key, type, id, data, error } = itemSchema.parse(value)
      const subscription = carried.get(key)
      // Its subscription has ended here: a stream without it takes over.
      if (!subscription) return openSoon(0)
      if (type === 'data' && id !== undefined) {
        subscription.lastEventId = id
        subscription.observer.next({ result: { id, data: { id, data } } as never })
      } else if (type === 'error') {
        carried.delete(key)
        subscription.observer.error(TRPCClientError.from<AppRouter>({ error } as never))
      } else if (type === 'end') {
        carried.delete(key)
        subscription.observer.complete()
      }
      leaveToOthers()
    }
    const openStream = () => {
      closeStream()
      const current = streamId
      const isCurrent = () => current === streamId && !isLost
      stream = operate({ op: toStreamOperation(carried), next: neverNext }).subscribe({
        next: ({ result }) => {
          if (!isCurrent()) return
          if (result.type === 'state') {
            if (result.state === 'pending') onConnected()
            else if (result.state === 'connecting' && result.error) lose(false)
          } else if (result.type === undefined || result.type === 'data') onItem(result.data)
        },
        error: (error) => {
          if (isCurrent()) lose(error.data?.code === 'UNAUTHORIZED')
        },
        complete: () => {
          if (isCurrent() && carried.size > 0) lose(false)
        },
      })
      // It may have ended while it was being made.
      if (current !== streamId) stream?.unsubscribe()
    }
    const openSoon = (delayMs: number) => {
      clearTimeout(openTimer)
      openTimer = setTimeout(openStream, delayMs)
    }

    /** Closes the stream for a moment, when other pages need the connection and this one has heard what there was. */
    const leaveToOthers = () => {
      const now = Date.now()
      if (connectedAt === null || now - connectedAt < crowdedHoldMs || !crowd.isCrowded()) return
      closeStream()
      openSoon(crowdedPauseMs)
    }
    const watchCrowd = () => {
      clearTimeout(crowdTimer)
      if (connectedAt === null || !crowd.isCrowded()) return
      crowdTimer = setTimeout(() => {
        if (Date.now() - heardAt >= crowdedQuietMs) leaveToOthers()
        watchCrowd()
      }, crowdedQuietMs)
    }
    const crowd = joinStreamCrowd(watchCrowd)

    return {
      operate: ({ op }) =>
        observable((observer) => {
          keys += 1
          const key = String(keys)
          carried.set(key, { operation: op, observer, lastEventId: readLastEventId(op.input) })
          if (!isLost) openSoon(0)
          return () => {
            carried.delete(key)
            if (carried.size === 0) closeStream()
          }
        }),
      isAlive: async (timeoutMs) => {
        if (isLost || Date.now() - heardAt >= signOfLifeMs) return false
        // What was heard lately says nothing about a network that has been lost since, and nothing can be asked over the stream itself.
        const { promise, resolve } = createDeferred<boolean>()
        const timer = setTimeout(() => resolve(false), timeoutMs)
        void options.isReachable().then(resolve)
        return await promise.finally(() => clearTimeout(timer))
      },
      close: end,
    }
  }
}

function toStreamOperation(carried: ReadonlyMap<string, Carried>): Operation {
  const subscriptions = [...carried].map(([key, { operation, lastEventId }]) => ({
    key,
    path: operation.path,
    input: lastEventId === null ? operation.input : { ...(operation.input as object), lastEventId },
  }))
  return { id: 0, type: 'subscription', path: 'stream.follow', input: { subscriptions }, context: {}, signal: null }
}

const cursorSchema = z.object({ lastEventId: z.string() })

function readLastEventId(input: unknown): string | null {
  const parsed = cursorSchema.safeParse(input)
  return parsed.success ? parsed.data.lastEventId : null
}

function neverNext(): never {
  throw new Error('a transport is the last link')
}

const errorBodySchema = z.object({ error: z.unknown() })

/** An `EventSource` drops the body of a refusal. As tRPC's own error event, it reaches the subscriber. */
async function refusalToEventStream(response: Response): Promise<Response> {
  const body = errorBodySchema.safeParse(await response.json())
  if (!body.success) return new Response(null, { status: response.status })
  return new Response(`event: serialized-error\ndata: ${JSON.stringify(body.data.error)}\n\n`, {
    headers: { 'content-type': 'text/event-stream' },
  })
}

function createEavesdropper(hear: () => void): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  return new TransformStream({
    transform: (chunk, controller) => {
      hear()
      controller.enqueue(chunk)
    },
  })
}
