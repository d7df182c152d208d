import type { Server } from 'node:http'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Deps } from '../deps.ts'
import { createUpgradeGuard, refuseUpgrade } from '../http/upgrade-guard.ts'
import type { OriginPolicy } from '../auth/origin-policy.ts'
import { appRouter } from '../router.ts'
import { createSocketContext } from './create-context.ts'
import { logProcedureError } from './log-procedure-error.ts'

const maxPayload = 256 * 1024
/** A reconnect sends all subscriptions of a client in one frame. */
const maxBatchSize = 32
/** A socket that does not say who it is within this time is closed. */
const helloDeadlineMs = 10_000
/** A socket is asked to come again with a fresh token this long before the old one ends. */
const renewBeforeMs = 45_000
const drainPatienceMs = 1_000
/** A longer timer would go off at once. An access token may live for years: its socket is renewed earlier. */
const maxTimerMs = 2 ** 31 - 1

export const closeCodes = { sessionEnded: 4401, restart: 1012 } as const

export interface SocketServer {
  /** Asks every client to connect again, to this or another node, and closes what is left. */
  readonly drain: () => Promise<void>
  readonly close: () => Promise<void>
}

/** tRPC over WebSocket on the HTTP server's port. Other paths are left to others: the development server has sockets too. */
export function createSocketServer(
  deps: Deps,
  input: { server: Server; origins: OriginPolicy; leaveOtherPaths: boolean },
): SocketServer {
  const { server } = input
  let draining = false
  const socketServer = new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false })
  const checkUpgrade = createUpgradeGuard({ origins: input.origins, isDraining: () => draining })
  const socketsBySession = new Map<string, Set<WebSocket>>()

  const handler = applyWSSHandler({
    wss: socketServer,
    router: appRouter,
    keepAlive: { enabled: true, pingMs: 20_000, pongWaitMs: 10_000 },
    maxBatchSize,
    createContext: async ({ res: socket, info }) => {
      const context = await createSocketContext(deps, { socket, token: info.connectionParams?.['token'] })
      if (context.user) {
        heard.add(socket)
        rememberSession(socket, context.user.sessionId ?? context.user.accessTokenId ?? null)
        askToRenew(socket, context.user.expiresAt)
      }
      return context
    },
    onError: (failure) => logProcedureError(deps.logger, failure),
  })
  const heard = new WeakSet<WebSocket>()

  socketServer.on('connection', (socket) => {
    const deadline = setTimeout(() => {
      if (!heard.has(socket)) socket.close(closeCodes.sessionEnded, 'no valid token')
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

  const stopWatching = deps.auth.onSessionRevoked((sessionId) => {
    for (const socket of socketsBySession.get(sessionId) ?? []) socket.close(closeCodes.sessionEnded, 'session ended')
  })

  function rememberSession(socket: WebSocket, sessionId: string | null) {
    if (sessionId === null) return
    const sockets = socketsBySession.get(sessionId) ?? new Set()
    socketsBySession.set(sessionId, sockets.add(socket))
    socket.once('close', () => {
      sockets.delete(socket)
      if (sockets.size === 0) socketsBySession.delete(sessionId)
    })
  }

  function askToRenew(socket: WebSocket, expiresAt: Date | null) {
    if (expiresAt === null) return
    const left = Math.min(expiresAt.getTime() - deps.clock.now().getTime(), maxTimerMs)
    const timers = [
      // tRPC's own frame: the client opens the next socket first and moves its streams over, without a gap.
      setTimeout(() => socket.send(JSON.stringify({ id: null, method: 'reconnect' })), Math.max(0, left - renewBeforeMs)),
      setTimeout(() => socket.close(closeCodes.sessionEnded, 'token expired'), left),
    ]
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
    drain: async () => {
      draining = true
      handler.broadcastReconnectNotification()
      await closeAll(drainPatienceMs)
    },
    close: async () => {
      draining = true
      stopWatching()
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
