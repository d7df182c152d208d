import { EventEmitter } from 'node:events'
import type { Logger } from '../logger.ts'
import type { Bus } from './bus.ts'
import type { Carrier, OpenCarrier } from './carrier.ts'
import { itemsToTexts, textToEnvelope, type Envelope, type Item } from './envelope.ts'
import { createOwnInterests, PeerInterests } from './interests.ts'

const coalesceMs = 10
const selfTestMs = 3_000
const selfTestEveryMs = 30_000

export interface NodeBusInput {
  readonly nodeId: string
  /** The best one first. All are listened to, and the first that was heard is sent on: nodes that choose differently still hear each other. */
  readonly carriers: readonly OpenCarrier[]
  readonly logger: Logger
  readonly selfTestMs?: number
}

/** The bus of several nodes. */
export interface NodeBus extends Bus {
  /** Sends from now on, if there are others. `ids`: all nodes that run, as the database knows them. */
  readonly setPeers: (ids: Iterable<string>) => void
  /** What this node sends on and was heard on by itself; null when the other nodes have to look into the database. */
  readonly heardOn: () => string | null
  readonly peers: () => number
}

interface Line {
  readonly carrier: Carrier
  isHeard: boolean
  /** The number of the self-test that is awaited, and what to do when it arrives. */
  awaited: { readonly test: number; readonly arrived: () => void } | null
}

interface Peer {
  readonly interests: PeerInterests
}

/**
 * A node that is alone sends nothing. With others it sends what they may need: each node tells which conversations and users it follows,
 * and is sent everything when it does not know better. Whether a carrier delivers is tested when the bus opens, when its connection is
 * back, and now and then while there are others. What nobody hears costs time alone: everything that hears also looks.
 */
export async function openNodeBus(input: NodeBusInput): Promise<NodeBus> {
  const { nodeId, logger } = input
  const testMs = input.selfTestMs ?? selfTestMs
  const local = new EventEmitter().setMaxListeners(0)
  const reconnectListeners = new Set<() => void>()
  const own = createOwnInterests()
  const peers = new Map<string, Peer>()
  /** Nodes that said goodbye. Their rows may be read a last time. */
  const gone = new Set<string>()
  let waiting: Item[] = []
  let timer: NodeJS.Timeout | undefined
  let tests = 0
  /** The nodes that were here first know of their own that this one is new. */
  let isFirst = true
  let closed = false

  const heal = () => {
    for (const listener of reconnectListeners) listener()
  }
  const lines: Line[] = []
  for (const open of input.carriers) {
    const index = lines.length
    const listeners = { onText, onReconnect: () => void testAgain(lines[index], 'back') }
    lines.push({ carrier: await open(listeners), isHeard: false, awaited: null })
  }
  await Promise.all(lines.map(testLine))
  const selfTests = setInterval(() => {
    if (peers.size > 0) for (const line of lines) void testAgain(line)
  }, selfTestEveryMs).unref()

  function onText(text: string) {
    const envelope = textToEnvelope(text)
    if (!envelope || closed) return
    const { from, test } = envelope
    if (from === nodeId) {
      const line = lines.find(({ awaited }) => awaited !== null && awaited.test === test)
      return line?.awaited?.arrived()
    }
    if (test !== undefined) return
    if (envelope.bye) {
      gone.add(from)
      peers.delete(from)
      return
    }
    const known = peers.get(from)
    const { interests } = known ?? meet(from, { isNew: true, hello: envelope.interest === undefined })
    if (envelope.welcome === nodeId) heal()
    if (envelope.interest && !interests.apply(envelope.interest)) send({ ask: from })
    if (known && (envelope.hello || envelope.ask === nodeId)) send({ interest: own.all() })
    for (const { topic, payload } of envelope.items ?? []) local.emit(topic, payload)
  }

  /** `isNew`: it began after this node, which has kept to itself until now what it may need: it looks once. */
  function meet(id: string, { isNew, hello }: { isNew: boolean; hello: boolean }): Peer {
    const peer: Peer = { interests: new PeerInterests() }
    peers.set(id, peer)
    send({ interest: own.all(), ...(hello ? { hello } : {}), ...(isNew ? { welcome: id } : {}) })
    return peer
  }

  /** A pooler may accept LISTEN and never deliver, and a connection may become deaf later. */
  async function testLine(line: Line): Promise<void> {
    if (closed || line.awaited) return
    const test = (tests += 1)
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const late = setTimeout(() => resolve(false), testMs).unref()
    line.awaited = { test, arrived: () => resolve(true) }
    await line.carrier.send(JSON.stringify({ from: nodeId, test } satisfies Envelope)).catch(() => resolve(false))
    const isHeard = await promise
    clearTimeout(late)
    line.awaited = null
    line.isHeard = isHeard
  }

  async function testAgain(line: Line | undefined, connection: 'same' | 'back' = 'same'): Promise<void> {
    if (!line) return
    const before = heardOn()
    const wasDeaf = !line.isHeard || connection === 'back'
    await testLine(line)
    if (closed) return
    // What was sent while nothing was heard is not sent again.
    if (line.isHeard && wasDeaf) {
      if (peers.size > 0) send({ hello: true, interest: own.all() })
      heal()
    }
    sayChange(before)
  }

  function sayChange(before: string | null) {
    const now = heardOn()
    if (now === before || closed) return
    if (now === null) {
      const names = lines.map(({ carrier }) => carrier.name).join(' and ')
      logger.warn(
        { event: 'bus-silent' },
        `${names} delivers nothing: what happens on other nodes arrives with a delay of some seconds`,
      )
    } else logger.info({ event: 'bus-heard', bus: now }, `other nodes are heard by ${now}`)
  }

  function heardOn(): string | null {
    return lines.find(({ isHeard }) => isHeard)?.carrier.name ?? null
  }

  /** By the first carrier that takes it. */
  async function sendText(toText: (maxBytes: number) => readonly string[]): Promise<void> {
    for (const line of lines) {
      if (!line.isHeard) continue
      try {
        for (const text of toText(line.carrier.maxBytes)) await line.carrier.send(text)
        return
      } catch (error) {
        if (closed) return
        const before = heardOn()
        line.isHeard = false
        logger.warn(
          { event: 'bus-failed', bus: line.carrier.name, err: error },
          'sending to other nodes failed; they catch up from the event log',
        )
        sayChange(before)
        setTimeout(() => void testAgain(line), testMs).unref()
      }
    }
  }

  function send(envelope: Omit<Envelope, 'from'>) {
    const text = JSON.stringify({ from: nodeId, ...envelope } satisfies Envelope)
    void sendText(() => [text])
  }

  async function sendWaiting() {
    timer = undefined
    const items = waiting
    waiting = []
    await sendText((maxBytes) => itemsToTexts(nodeId, items, maxBytes))
  }

  function isWanted(topic: string): boolean {
    for (const { interests } of peers.values()) if (interests.wants(topic)) return true
    return false
  }

  return {
    publish: (topic, payload, forOthers = payload) => {
      local.emit(topic, payload)
      if (closed || !isWanted(topic)) return
      waiting.push({ topic, payload: forOthers })
      timer ??= setTimeout(() => void sendWaiting(), coalesceMs)
    },
    subscribe: async (topic, listener) => {
      local.on(topic, listener)
      const tell = (interest: ReturnType<typeof own.add>) => {
        if (interest && peers.size > 0 && !closed) send({ interest })
      }
      tell(own.add(topic))
      let isSubscribed = true
      return () => {
        if (!isSubscribed) return
        isSubscribed = false
        local.off(topic, listener)
        tell(own.drop(topic))
      }
    },
    onReconnect: (listener) => {
      reconnectListeners.add(listener)
      return () => {
        reconnectListeners.delete(listener)
      }
    },
    setPeers: (ids) => {
      const running = new Set(ids)
      running.delete(nodeId)
      for (const id of peers.keys()) if (!running.has(id)) peers.delete(id)
      for (const id of gone) if (!running.has(id)) gone.delete(id)
      for (const id of running) if (!gone.has(id) && !peers.has(id)) meet(id, { isNew: !isFirst, hello: true })
      isFirst = false
    },
    heardOn,
    peers: () => peers.size,
    close: async () => {
      clearTimeout(timer)
      clearInterval(selfTests)
      if (waiting.length > 0) await sendWaiting()
      if (peers.size > 0) await sendText(() => [JSON.stringify({ from: nodeId, bye: true } satisfies Envelope)])
      closed = true
      await Promise.all(lines.map(({ carrier }) => carrier.close()))
    },
  }
}
