import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Received {
  readonly id: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly payload: { readonly type: string; readonly timestamp: string; readonly data: Record<string, unknown> }
}

/** A program that receives webhooks. */
export interface WebhookReceiver extends AsyncDisposable {
  readonly url: string
  /** All requests, also those that were answered with an error. */
  readonly received: Received[]
  /** How it answers from now on: a status, or the listener's own way. `hang`: it reads and never answers. */
  readonly answer: (way: number | 'hang' | RequestListener) => void
  /** Nothing listens at its address. */
  readonly goDown: () => Promise<void>
  readonly comeUp: () => Promise<void>
}

export async function createWebhookReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = []
  let way: number | 'hang' | RequestListener = 204
  let server: Server
  let port = 0
  const comeUp = async () => {
    server = createServer((request, response) => {
      void text(request).then((body) => {
        received.push({ id: String(request.headers['webhook-id']), headers: request.headers, body, payload: JSON.parse(body) })
        if (typeof way === 'number') response.writeHead(way).end()
        else if (way !== 'hang') way(request, response)
      })
    }).listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  }
  const goDown = async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  await comeUp()
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answer: (next) => {
      way = next
    },
    goDown,
    comeUp,
    [Symbol.asyncDispose]: async () => {
      if (server.listening) await goDown()
    },
  }
}
