import { createDeferred } from '../../lib/deferred.ts'
import type { TokenSource } from './token-source.ts'
import type { WebSocketConstructor } from './web-socket-transport.ts'

const timeoutMs = 4_000

/** Whether the server itself answers a plain request, not only something in front of it. */
export async function isHttpReachable(url: string, tokens: TokenSource, fetch: typeof globalThis.fetch): Promise<boolean> {
  try {
    const response = await fetch(`${url}/system.info`, {
      headers: { authorization: `Bearer ${await tokens.get()}` },
      signal: AbortSignal.timeout(timeoutMs),
    })
    return response.status < 500
  } catch {
    return false
  }
}

/** Whether a WebSocket opens and the server answers a ping through it. */
export function isWebSocketReachable(url: string, WebSocket: WebSocketConstructor): Promise<boolean> {
  const { promise, resolve } = createDeferred<boolean>()
  const socket = new WebSocket(url)
  const timer = setTimeout(() => resolve(false), timeoutMs)
  socket.addEventListener('open', () => socket.send('PING'))
  socket.addEventListener('message', () => resolve(true))
  socket.addEventListener('error', () => resolve(false))
  return promise.finally(() => {
    clearTimeout(timer)
    socket.close()
  })
}
