import { once } from 'node:events'
import type { Response } from 'express'

/** Comments keep proxies from closing a stream in which a model thinks. */
const keepAliveMs = 15_000

/** Opens a stream of server-sent events. What is sent waits for a slow reader. */
export function openEventStream(response: Response, signal: AbortSignal) {
  response.status(200).set({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  })
  response.flushHeaders()
  const keepAlive = setInterval(() => response.write(': keep-alive\n\n'), keepAliveMs)
  response.once('close', () => clearInterval(keepAlive))
  const write = async (text: string) => {
    if (signal.aborted) return
    if (!response.write(text)) await Promise.race([once(response, 'drain'), once(response, 'close')])
  }
  return {
    /** `event`: its name, which Responses has and Chat Completions has not. */
    send: (data: unknown, event?: string) =>
      write(
        `${event === undefined ? '' : `event: ${event}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`,
      ),
    end: () => {
      clearInterval(keepAlive)
      response.end()
    },
  }
}
