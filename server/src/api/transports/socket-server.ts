import type { Server } from 'node:http'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Deps } from '../trpc/deps.ts'
import { createAddressReader } from '../../http/client-ip.ts'
import { createUpgradeGuard, refuseUpgrade } from '../../http/upgrade-guard.ts'
import type { OriginPolicy } from '../../auth/origin-policy.ts'
import { appRouter } from '../app-router.ts'
import { toMaxBodySize } from './max-body-size.ts'
import { createSocketContext } from './create-context.ts'
import { logProcedureError } from '../trpc/log-procedure-error.ts'
import { createSocketTraffic, type SocketTraffic } from './socket-traffic.ts'

/** A reconnect sends all subscriptions of a client in one frame. */
const maxBatchSize = 32
/** A socket that has not authenticated within this time is closed. */
const helloDeadlineMs = 5_000
/** A socket is asked to reconnect with a fresh token this long before its token expires; one that comes later, after half of the time. */
const renewBeforeMs = 45_000
/** A socket that was asked to move is closed then: its streams are silent. Where another node runs, a busy one takes a while. */
const movePatienceMs = 15_000
const drainPatienceMs = { alone: 1_000, withOthers: movePatienceMs } as const
/** When a node stops, so many sockets come to the others at a time. */
const socketsPerWave = 100
const waveMs = 50
/** The longest timer. A longer one would fire immediately; a socket whose access token lives for years is renewed earlier. */
const maxTimerMs = 2 ** 31 - 1

export const closeCodes = { sessionEnded: 4401, restart: 1012 } as const

export interface SocketServer {
  /** Sockets that are open. */
  readonly count: () => number
  /** Asks every client to reconnect, to this or another node, and closes the remaining sockets. */
  readonly drain: () => Promise<void>
  readonly close: () => Promise<void>
}

/** tRPC over WebSocket on the HTTP server's port. Other paths are ignored: the development server has sockets too. */
export function createSocketServer(
  deps: Deps,
  input: { server: Server; origins: OriginPolicy; leaveOtherPaths: boolean; hasOthers: () => boolean },
): SocketServer {
  const { server } = input
  let draining = false
  const socketServer = new WebSocketServer({ noServer: true, maxPayload: toMaxBodySize(deps.config), perMessageDeflate: false })
  const checkUpgrade = createUpgradeGuard({ origins: input.origins, isDraining: () => draining })
  const traffics = new WeakMap<WebSocket, SocketTraffic>()
  const heard = new WeakSet<WebSocket>()
  const trafficOf = (socket: WebSocket): SocketTraffic => {
    const traffic = traffics.get(socket) ?? createSocketTraffic(socket)
    traffics.set(socket, traffic)
    return traffic
  }

  const readAddress = createAddressReader(deps.config.trustedProxies)

  applyWSSHandler({
    wss: socketServer,
    router: appRouter,
    keepAlive: { enabled: true, pingMs: 20_000, pongWaitMs: 10_000 },
    maxBatchSize,
    createContext: async ({ req, res: socket, info }) => {
      const traffic = trafficOf(socket)
      const token = info.connectionParams?.['token']
      const context = await createSocketContext(deps, { socket: traffic, token, address: readAddress(req), headers: req.headers })
      if (context.user && socket.readyState !== socket.CLOSED) {
        heard.add(socket)
        socket.once(
          'close',
          deps.auth.watch(context.user, () => traffic.end(closeCodes.sessionEnded, 'session ended')),
        )
        askToRenew(socket, context.user.expiresAt)
      }
      return context
    },
    onError: (failure) => logProcedureError(deps, failure),
  })

  socketServer.on('connection', (socket) => {
    const deadline = setTimeout(() => {
      if (!heard.has(socket)) trafficOf(socket).end(closeCodes.sessionEnded, 'no valid token')
    }, helloDeadlineMs)
    socket.once('close', () => clearTimeout(deadline))
    socket.on('error', (error) => deps.logger.debug({ event: 'socket-error', err: error }, 'a socket failed'))
  })

  server.on('upgrade', (request, socket, head) => {
    const refusal = checkUpgrade(request)
    if (refusal === 404 && input.leaveOtherPaths) return
    if (refusal !== null) return refuseUpgrade(socket, refusal)
    socketServer.handleUpgrade(request, socket, head, (client) => socketServer.emit('connection', client, request))
  })

  function askToRenew(socket: WebSocket, expiresAt: Date | null) {
    if (expiresAt === null) return
    const traffic = trafficOf(socket)
    const left = Math.min(expiresAt.getTime() - deps.clock.now().getTime(), maxTimerMs)
    // A client may have no newer token: its streams are not silent for all of the time that is left.
    const untilMoveMs = left > renewBeforeMs ? left - renewBeforeMs : left / 2
    const move = () => {
      traffic.askToMove()
      timers.push(setTimeout(() => traffic.end(closeCodes.restart, 'asked to move'), movePatienceMs))
    }
    const timers = [setTimeout(move, untilMoveMs), setTimeout(() => traffic.end(closeCodes.sessionEnded, 'token expired'), left)]
    socket.once('close', () => {
      for (const timer of timers) clearTimeout(timer)
    })
  }

  async function closeAll(patienceMs: number) {
    const clients = [...socketServer.clients]
    const gone = Promise.all(clients.map((client) => new Promise((resolve) => client.once('close', resolve))))
    await Promise.race([gone, wait(patienceMs)])
    for (const client of socketServer.clients) client.close(closeCodes.restart, 'restarting')
    await Promise.race([gone, wait(500)])
    for (const client of socketServer.clients) client.terminate()
  }

  return {
    count: () => socketServer.clients.size,
    drain: async () => {
      draining = true
      const clients = [...socketServer.clients]
      for (let start = 0; start < clients.length; start += socketsPerWave) {
        if (start > 0) await wait(waveMs)
        for (const client of clients.slice(start, start + socketsPerWave)) trafficOf(client).askToMove()
      }
      await closeAll(input.hasOthers() ? drainPatienceMs.withOthers : drainPatienceMs.alone)
    },
    close: async () => {
      draining = true
      await closeAll(0)
      socketServer.close()
    },
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}
