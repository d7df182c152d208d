import { createClient } from '@redis/client'
import type { Logger } from '../logger.ts'
import { channel, type OpenCarrier } from './carrier.ts'

/** Redis takes half a gigabyte; a text of this size holds up no other for long. */
const maxBytes = 256 * 1024
const connectMs = 2_000
const longestPauseMs = 5_000

/** PUBLISH and SUBSCRIBE of Redis or Valkey. Both connections are opened again by themselves; what is sent meanwhile fails at once. */
export function openRedisCarrier(url: string, logger: Logger): OpenCarrier {
  return async ({ onText, onReconnect }) => {
    const publisher = createClient({
      url,
      // A text that waits for a connection is worth nothing when it arrives.
      disableOfflineQueue: true,
      pingInterval: 10_000,
      socket: {
        connectTimeout: connectMs,
        reconnectStrategy: (tries) => Math.min(50 * 2 ** Math.min(tries, 10), longestPauseMs),
      },
    })
    const subscriber = publisher.duplicate({ disableOfflineQueue: false })
    let isLost = false
    for (const client of [publisher, subscriber]) {
      // An error without a listener ends the process.
      client.on('error', (error: unknown) => {
        if (!isLost) logger.warn({ event: 'redis-lost', err: error }, 'the connection to Redis is lost, connecting again')
        isLost = true
      })
    }
    let isOpen = false
    for (const client of [publisher, subscriber]) {
      client.on('ready', () => {
        isLost = false
        // A test that began with one of the two alone would fail.
        if (isOpen && publisher.isReady && subscriber.isReady) onReconnect()
      })
    }
    // They go on trying when this has failed.
    await Promise.race([
      Promise.all([publisher.connect(), subscriber.connect()]),
      new Promise((resolve) => {
        setTimeout(resolve, connectMs).unref()
      }),
    ])
    const subscribed = subscriber.subscribe(channel, onText)
    subscribed.catch((error: unknown) => logger.warn({ event: 'redis-lost', err: error }, 'Redis takes no subscription'))
    if (subscriber.isReady) await subscribed
    isOpen = true
    return {
      name: 'Redis',
      maxBytes,
      send: async (text) => {
        await publisher.publish(channel, text)
      },
      close: async () => {
        publisher.destroy()
        subscriber.destroy()
      },
    }
  }
}
