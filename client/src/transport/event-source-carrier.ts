import type { AppRouter } from '@holdfast/server'
import { httpSubscriptionLink } from '@trpc/client'
import type { EventSource as EventSourceWithHeaders } from 'eventsource'
import * as z from 'zod/mini'
import type { CreateCarrier } from './carrier.ts'
import type { TokenSource } from './token-source.ts'

/** An `EventSource` that lets its requests be made by our own `fetch`: the browser's cannot send an `Authorization` header. */
export type EventSourceConstructor = typeof EventSourceWithHeaders

/** The server writes at least every 15 s. */
const signOfLifeMs = 16_000

/** Carries each subscription over its own server-sent events: for networks that do not let WebSockets through. */
export function createEventSourceCarrierFactory(options: {
  readonly url: string
  readonly tokens: TokenSource
  readonly EventSource?: EventSourceConstructor | undefined
}): CreateCarrier {
  return async ({ runtime, events }) => {
    const EventSource = options.EventSource ?? (await import('eventsource')).EventSource
    let isOpen = false
    let isLost = false
    let heardAt = Date.now()

    const lose = (unauthorized: boolean) => {
      if (isLost) return
      isLost = true
      queueMicrotask(() => events.onLost({ unauthorized }))
    }
    const hear = () => {
      heardAt = Date.now()
      events.onHeard()
    }
    const fetchWithToken: typeof globalThis.fetch = async (input, init) => {
      const token = await options.tokens.get()
      const headers = new Headers(init?.headers)
      headers.set('authorization', `Bearer ${token}`)
      const response = await fetch(input, { ...init, headers })
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

    return {
      operate: (context) => {
        const inner = operate(context)
        return {
          pipe: inner.pipe,
          subscribe: (observer) =>
            inner.subscribe({
              ...observer,
              next: (envelope) => {
                if (envelope.result.type === 'state') {
                  if (envelope.result.state === 'pending' && !isOpen) {
                    isOpen = true
                    events.onOpen()
                  }
                  if (envelope.result.state === 'connecting' && envelope.result.error) lose(false)
                }
                observer.next?.(envelope)
              },
            }),
        }
      },
      isAlive: async () => !isLost && Date.now() - heardAt < signOfLifeMs,
      close: () => {
        isLost = true
      },
    }
  }
}

const errorBodySchema = z.object({ error: z.unknown() })

/** An `EventSource` throws the body of a refusal away. As tRPC's own error event, it reaches whoever subscribed. */
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
