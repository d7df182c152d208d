import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import postgres from 'postgres'
import { z } from 'zod'
import type { Logger } from '../logger.ts'
import type { Bus } from './bus.ts'

const channel = 'holdfast_bus'
/** The payload of NOTIFY is limited to 8,000 bytes. */
const maxPayloadBytes = 7_500
const coalesceMs = 10
const selfTestMs = 3_000
const selfTestEveryMs = 30_000

const envelopeSchema = z.object({
  from: z.string(),
  items: z.array(z.object({ topic: z.string(), payload: z.unknown() })),
})
type Item = z.infer<typeof envelopeSchema>['items'][number]

/**
 * The bus of several nodes on one Postgres. It sends from a session of its own, outside of data transactions: a NOTIFY inside a
 * transaction takes a global lock at its commit. A payload that is too long is sent as a hint to read the log.
 */
export async function createPostgresBus(url: string, logger: Logger): Promise<Bus> {
  const self = randomUUID()
  const local = new EventEmitter().setMaxListeners(0)
  const reconnectListeners = new Set<() => void>()
  const client = postgres(url, { max: 1, prepare: false, onnotice: () => {}, keep_alive: 10, silence_timeout: 15 })
  let waiting: Item[] = []
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let heardSelf: (() => void) | null = null

  const { unlisten } = await client.listen(channel, onNotification, () => {
    for (const listener of reconnectListeners) listener()
  })
  let isSilent = false
  await testSelf()
  const selfTests = setInterval(() => void testSelf().catch(() => {}), selfTestEveryMs).unref()

  function onNotification(text: string) {
    const envelope = envelopeSchema.safeParse(textToJson(text))
    if (!envelope.success) return
    if (envelope.data.from === self) return heardSelf?.()
    for (const { topic, payload } of envelope.data.items) local.emit(topic, payload)
  }

  /** Some poolers accept LISTEN but never deliver, and a connection may become deaf later. */
  async function testSelf() {
    const heard = new Promise<boolean>((resolve) => {
      heardSelf = () => resolve(true)
      setTimeout(() => resolve(false), selfTestMs).unref()
    })
    await notify(JSON.stringify({ from: self, items: [] }))
    const wasSilent = isSilent
    isSilent = !(await heard)
    heardSelf = null
    if (closed || isSilent === wasSilent) return
    if (isSilent) {
      logger.warn(
        { event: 'bus-silent' },
        'LISTEN delivers nothing on this connection (a pooler?): what happens on other nodes arrives with a delay of some seconds',
      )
    } else {
      logger.info({ event: 'bus-heard' }, 'LISTEN delivers again')
      for (const listener of reconnectListeners) listener()
    }
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
        if (!closed)
          logger.warn({ event: 'bus-failed', err: error }, 'NOTIFY failed; other nodes will catch up from the event log')
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
      clearInterval(selfTests)
      await send()
      await unlisten()
      await client.end({ timeout: 5 })
    },
  }
}

/** Null for a text that no node of ours has sent. */
function textToJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Packs items into as few notifications as possible. Records that are too long are left out: `lastSeq` makes readers read the log. */
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
  // The number stays as it is: with a higher one, readers would take the next notice for an old one.
  if ('n' in payload) return { topic, payload: { n: payload.n, items: [{ type: 'refetch' }] } }
  return { topic, payload: null }
}
