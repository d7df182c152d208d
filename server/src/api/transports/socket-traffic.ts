import type { WebSocket } from 'ws'
import { Refusal } from '../../platform/refusal.ts'
import type { ClientSocket } from '../trpc/context.ts'

export interface SocketLimits {
  /** Calls that run at the same time; further ones wait for their turn. */
  readonly calls: number
  /** Calls that wait; further ones are refused. */
  readonly waitingCalls: number
  /** Subscriptions, and calls that wait for an answer to end. */
  readonly streams: number
  /** Unsent bytes above which nothing more is read from the socket, and no call of it begins. */
  readonly pauseAboveBytes: number
  /** Unsent bytes on top of which nothing more is sent: the socket is closed. */
  readonly closeAboveBytes: number
  /** The time for which a socket may stay above `pauseAboveBytes`. */
  readonly patienceMs: number
}

export const socketLimits: SocketLimits = {
  calls: 16,
  waitingCalls: 256,
  streams: 100,
  pauseAboveBytes: 1024 * 1024,
  closeAboveBytes: 8 * 1024 * 1024,
  patienceMs: 30_000,
}

/** 1008: the client breaks the rules of the connection, [W8]. */
const policyViolation = 1008
const pollMs = 50
/** The time that a client has to answer a close frame. */
const closePatienceMs = 1_000

export interface SocketTraffic extends ClientSocket {
  /** [W6] tRPC's own frame: the client opens the next socket first and moves its streams over. They are silent here from then on. */
  readonly askToMove: () => void
  /** Ends the socket for good: nothing that arrives later is heard, and it is gone within a second even if the client ignores the close. */
  readonly end: (code: number, reason: string) => void
}

/**
 * Bounds what one socket costs in memory and work: answers to a client that does not read pile up here, and nothing else in tRPC's
 * adapter or `ws` limits them. To be called before anything is sent.
 */
export function createSocketTraffic(socket: WebSocket, limits = socketLimits): SocketTraffic {
  let calls = 0
  let streams = 0
  let isEnded = false
  let isLeaving = false
  let waiting: { readonly begin: () => void; readonly refuse: (error: Error) => void }[] = []
  let backlog: NodeJS.Timeout | undefined

  const isFull = () => socket.bufferedAmount > limits.pauseAboveBytes
  const wake = () => {
    while (calls < limits.calls && !isFull()) {
      const next = waiting.shift()
      if (!next) return
      calls += 1
      next.begin()
    }
  }
  const refuseWaiting = () => {
    const refused = waiting
    waiting = []
    for (const { refuse } of refused) refuse(new Refusal('UNAUTHORIZED', 'The connection has ended'))
  }

  const send = socket.send.bind(socket) as (...values: unknown[]) => void
  socket.send = (...values: unknown[]) => {
    if (socket.bufferedAmount > limits.closeAboveBytes) return end(policyViolation, 'too much unread')
    send(...values)
    if (isFull()) waitForReader()
  }

  /** Polls, since sockets have no event for `bufferedAmount`. */
  function waitForReader() {
    if (backlog) return
    const since = performance.now()
    socket.pause()
    backlog = setInterval(() => {
      if (!isFull()) {
        stopWaiting()
        socket.resume()
        wake()
      } else if (performance.now() - since > limits.patienceMs) end(policyViolation, 'unread for too long')
    }, pollMs)
  }
  function stopWaiting() {
    clearInterval(backlog)
    backlog = undefined
  }

  function end(code: number, reason: string) {
    if (isEnded) return
    isEnded = true
    stopWaiting()
    refuseWaiting()
    socket.removeAllListeners('message')
    // The client's close frame is behind what it sent before.
    socket.resume()
    socket.close(code, reason)
    const timer = setTimeout(() => socket.terminate(), closePatienceMs)
    socket.once('close', () => clearTimeout(timer))
  }

  socket.once('close', () => {
    isEnded = true
    stopWaiting()
    refuseWaiting()
  })

  return {
    get bufferedAmount() {
      return socket.bufferedAmount
    },
    get isLeaving() {
      return isLeaving
    },
    askToMove: () => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ id: null, method: 'reconnect' }))
      isLeaving = true
    },
    beginStream: () => {
      if (streams >= limits.streams) {
        throw tooMany(`Too many subscriptions on one connection: it may have ${limits.streams} at the same time`)
      }
      streams += 1
      return once(() => {
        streams -= 1
      })
    },
    beginCall: async () => {
      if (isEnded) throw new Refusal('UNAUTHORIZED', 'The connection has ended')
      if (waiting.length > 0 || calls >= limits.calls || isFull()) {
        if (waiting.length >= limits.waitingCalls) throw tooMany('Too many calls at the same time on one connection')
        await new Promise<void>((begin, refuse) => {
          waiting.push({ begin, refuse })
        })
      } else calls += 1
      return once(() => {
        calls -= 1
        // After the answer was handed to the socket, which shows then whether it was too much.
        setImmediate(wake)
      })
    },
    end,
  }
}

const retryAfterMs = 1_000

function tooMany(message: string): Refusal {
  return new Refusal('TOO_MANY_REQUESTS', message, { retryAfterMs })
}

function once(action: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    action()
  }
}
