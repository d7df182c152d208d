import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import postgres from 'postgres'
import { z } from 'zod'
import type { Logger } from '../logger.ts'
import type { Bus } from './bus.ts'

const channel = 'holdfast_bus'
/** NOTIFY takes less than 8,000 bytes. */
const maxPayloadBytes = 7_500
const coalesceMs = 10
const selfTestMs = 3_000

const envelopeSchema = z.object({
  from: z.string(),
  items: z.array(z.object({ topic: z.string(), payload: z.unknown() })),
})
type Item = z.infer<typeof envelopeSchema>['items'][number]

/**
 * The bus of several nodes on one Postgres. Sends from a session of its own, apart from every data transaction: a NOTIFY inside one
 * would make commits wait for each other. What is too long to send becomes a hint to look into the log.
 */
export async function createPostgresBus(url: string, logger: Logger): Promise<Bus> {
  const self = randomUUID()
  const local = new EventEmitter().setMaxListeners(0)
  const reconnectListeners = new Set<() => void>()
  const client = postgres(url, { max: 1, prepare: false, onnotice: () => {} })
  let waiting: Item[] = []
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let heardSelf: (() => void) | null = null

  const { unlisten } = await client.listen(channel, onNotification, () => {
    for (const listener of reconnectListeners) listener()
  })
  await testSelf()

  function onNotification(text: string) {
    const envelope = envelopeSchema.safeParse(JSON.parse(text))
    if (!envelope.success) return
    if (envelope.data.from === self) return heardSelf?.()
    for (const { topic, payload } of envelope.data.items) local.emit(topic, payload)
  }

  /** Behind some poolers LISTEN is accepted and never delivers. */
  async function testSelf() {
    const heard = new Promise<boolean>((resolve) => {
      heardSelf = () => resolve(true)
      setTimeout(() => resolve(false), selfTestMs).unref()
    })
    await notify(JSON.stringify({ from: self, items: [] }))
    if (!(await heard)) {
      logger.warn(
        { event: 'bus-silent' },
        'LISTEN delivers nothing on this connection (a pooler?): other nodes are heard with a delay of up to 1.5 s',
      )
    }
    heardSelf = null
  }

  async function notify(text: string) {
    await client`select pg_notify(${channel}, ${text})`
  }

  async function send() {
    timer = undefined
    const items = waiting
    waiting = []
    for (const text of itemsToTexts(self, items)) {
      try {
        await notify(text)
      } catch (error) {
        if (!closed) logger.warn({ event: 'bus-failed', err: error }, 'telling other nodes failed; they look into the log')
        return
      }
    }
  }

  return {
    publish: (topic, payload) => {
      local.emit(topic, payload)
      waiting.push({ topic, payload })
      timer ??= setTimeout(() => void send(), coalesceMs)
    },
    subscribe: async (topic, listener) => {
      local.on(topic, listener)
      return () => {
        local.off(topic, listener)
      }
    },
    onReconnect: (listener) => {
      reconnectListeners.add(listener)
      return () => {
        reconnectListeners.delete(listener)
      }
    },
    close: async () => {
      closed = true
      clearTimeout(timer)
      await send()
      await unlisten()
      await client.end({ timeout: 5 })
    },
  }
}

/** As few notifications as fit. Log records are left out where they are too long: `lastSeq` says that there is something to read. */
function itemsToTexts(from: string, items: readonly Item[]): string[] {
  const texts: string[] = []
  let group: Item[] = []
  const close = () => {
    if (group.length > 0) texts.push(JSON.stringify({ from, items: group }))
    group = []
  }
  let size = 0
  for (const item of items) {
    const small = shorten(item)
    const bytes = Buffer.byteLength(JSON.stringify(small)) + 1
    if (size + bytes > maxPayloadBytes) {
      close()
      size = 0
    }
    group.push(small)
    size += bytes
  }
  close()
  return texts
}

const maxItemBytes = 3_000

function shorten(item: Item): Item {
  if (Buffer.byteLength(JSON.stringify(item)) <= maxItemBytes) return item
  const { topic, payload } = item
  if (typeof payload !== 'object' || payload === null) return { topic, payload: null }
  if ('lastSeq' in payload) return { topic, payload: { lastSeq: payload.lastSeq } }
  // A reader of activity that sees the number jump fetches everything again.
  if ('n' in payload && typeof payload.n === 'number') return { topic, payload: { n: payload.n + 1, items: [] } }
  return { topic, payload: null }
}
