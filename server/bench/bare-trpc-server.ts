import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { initTRPC, tracked } from '@trpc/server'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import { WebSocketServer } from 'ws'
import { z } from 'zod'

/**
 * What the benches compare with: a tRPC subscription over a WebSocket and nothing else. It makes tokens at a rate and says when each
 * was made. With a text of `bytes` it sends that at the beginning, as a resume does.
 */
const t = initTRPC.create()
const router = t.router({
  tokens: t.procedure
    .input(
      z.object({ perSecond: z.number(), count: z.number(), bytes: z.number().default(0), lastEventId: z.string().nullish() }),
    )
    .subscription(async function* ({ input, signal }) {
      if (input.bytes > 0)
        yield tracked('0', { made: [performance.timeOrigin + performance.now()], text: 'x'.repeat(input.bytes) })
      const started = performance.now()
      for (let index = 0; index < input.count && signal?.aborted !== true; index += 1) {
        const wait = started + (index * 1_000) / input.perSecond - performance.now()
        if (wait > 0) await sleep(wait)
        yield tracked(String(index + 1), { made: [performance.timeOrigin + performance.now()], text: `t${index} ` })
      }
    }),
})
export type BareRouter = typeof router

const server = createServer((_, response) => {
  const { user, system } = process.cpuUsage()
  response.end(JSON.stringify({ cpuMs: (user + system) / 1_000 }))
})
applyWSSHandler({ wss: new WebSocketServer({ server }), router })
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`  Holdfast is ready: http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
})
