import postgres from 'postgres'
import { channel, type OpenCarrier } from './carrier.ts'

/** The payload of NOTIFY is limited to 8,000 bytes. */
const maxBytes = 7_500

/**
 * LISTEN and NOTIFY on a connection of its own, outside of data transactions: a NOTIFY inside a transaction takes a global lock at its
 * commit. Behind a pooler LISTEN may be accepted and never deliver.
 */
export function openPostgresCarrier(url: string): OpenCarrier {
  return async ({ onText, onReconnect }) => {
    const client = postgres(url, { max: 1, prepare: false, onnotice: () => {}, keep_alive: 10, silence_timeout: 15 })
    let isFirst = true
    const { unlisten } = await client.listen(channel, onText, () => {
      if (!isFirst) onReconnect()
      isFirst = false
    })
    return {
      name: 'LISTEN/NOTIFY',
      maxBytes,
      send: async (text) => {
        await client`select pg_notify(${channel}, ${text})`
      },
      close: async () => {
        await unlisten().catch(() => {})
        await client.end({ timeout: 5 })
      },
    }
  }
}
