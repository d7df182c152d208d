import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { createSocketTraffic } from './socket-traffic.ts'

const limits = { calls: 2, waitingCalls: 3, streams: 2, pauseAboveBytes: 100, closeAboveBytes: 1_000, patienceMs: 30_000 }

/** A socket whose client reads only when the test says so. */
function createUnreadSocket() {
  const emitter = new EventEmitter()
  const socket = Object.assign(emitter, {
    bufferedAmount: 0,
    isPaused: false,
    sent: 0,
    closes: [] as number[],
    isTerminated: false,
    send: (data: string) => {
      socket.sent += 1
      socket.bufferedAmount += data.length
    },
    pause: () => {
      socket.isPaused = true
    },
    resume: () => {
      socket.isPaused = false
    },
    close: (code: number) => socket.closes.push(code),
    terminate: () => {
      socket.isTerminated = true
      emitter.emit('close')
    },
  })
  return { socket, traffic: createSocketTraffic(socket as unknown as WebSocket, limits) }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Whether a promise has settled by now. */
async function hasBegun(call: Promise<unknown>): Promise<boolean> {
  let settled = false
  const settle = () => {
    settled = true
  }
  void call.then(settle, settle)
  await vi.advanceTimersByTimeAsync(100)
  return settled
}

describe('[W8] answers to a client that does not read filled the memory: 100 calls of 100 bytes took 200 MB', () => {
  test('above the first bound nothing is read and no call begins, until the client reads', async () => {
    const { socket, traffic } = createUnreadSocket()
    socket.send('x'.repeat(101))
    expect(socket.isPaused).toBe(true)
    const call = traffic.beginCall()
    expect(await hasBegun(call)).toBe(false)
    socket.bufferedAmount = 0
    expect(await hasBegun(call)).toBe(true)
    expect(socket.isPaused).toBe(false)
    expect(socket.closes).toEqual([])
  })

  test('a client that stays behind for 30 s is closed with 1008 and is gone a second later', async () => {
    const { socket, traffic } = createUnreadSocket()
    socket.send('x'.repeat(101))
    const call = traffic.beginCall()
    const refusal = call.catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(29_900)
    expect(socket.closes).toEqual([])
    await vi.advanceTimersByTimeAsync(200)
    expect(socket.closes).toEqual([1008])
    expect(await refusal).toMatchObject({ code: 'UNAUTHORIZED' })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(socket.isTerminated).toBe(true)
  })

  test('above the second bound nothing more is sent, and the socket is closed with 1008', () => {
    const { socket } = createUnreadSocket()
    socket.send('x'.repeat(1_001))
    expect(socket.closes).toEqual([])
    socket.send('x')
    expect(socket.closes).toEqual([1008])
    expect(socket.sent).toBe(1)
  })
})

describe('[W8] calls at the same time', () => {
  test('wait for their turn in order, and are refused when too many wait', async () => {
    const { traffic } = createUnreadSocket()
    const order: number[] = []
    const begin = (index: number) =>
      traffic.beginCall().then((end) => {
        order.push(index)
        return end
      })
    const calls = [0, 1, 2, 3, 4].map(begin)
    await expect(traffic.beginCall()).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS', retryAfterMs: 1_000 })
    await vi.advanceTimersByTimeAsync(10)
    expect(order).toEqual([0, 1])
    for (const call of calls) {
      const end = await call
      end()
      end()
      await vi.advanceTimersByTimeAsync(10)
    }
    expect(order).toEqual([0, 1, 2, 3, 4])
  })

  test('those that wait are dropped when the socket closes', async () => {
    const { socket, traffic } = createUnreadSocket()
    await traffic.beginCall()
    await traffic.beginCall()
    const waiting = traffic.beginCall()
    socket.emit('close')
    await expect(waiting).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  test('subscriptions have places of their own', () => {
    const { traffic } = createUnreadSocket()
    const end = traffic.beginStream()
    traffic.beginStream()
    expect(() => traffic.beginStream()).toThrow('Too many subscriptions on one connection: it may have 2 at the same time')
    end()
    expect(traffic.beginStream()).toBeTypeOf('function')
  })
})
