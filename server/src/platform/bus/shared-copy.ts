import type { Logger } from '../logger.ts'
import type { Bus } from './bus.ts'

/** A message on the bus may be lost; after this time every node has read what another node has written. */
const rereadMs = 15_000

/** Something that this node holds in memory, and that all nodes write to the database. */
export interface SharedCopy {
  /** Reads what was written, by this node or another. */
  readonly read: () => Promise<void>
  /** Reads what was written here, then tells the other nodes. Call it after the commit. */
  readonly announce: () => Promise<void>
  readonly close: () => void
}

export interface SharedCopyDeps<Content> {
  readonly bus: Bus
  readonly logger: Logger
  /** Names the copy on the bus and in the log, such as `settings`. */
  readonly name: string
  readonly load: () => Promise<Content>
  /** Gets what was loaded, never something older than what it got before. */
  readonly show: (content: Content) => void
}

/** Loads once, then whenever another node has written something, and every 15 seconds. Rejects when the first load fails. */
export async function openSharedCopy<Content>(deps: SharedCopyDeps<Content>): Promise<SharedCopy> {
  const { bus, logger, name, load, show } = deps
  const topic = `${name}:changed`
  let readCount = 0
  let shownCount = 0

  const read = async () => {
    readCount += 1
    const turn = readCount
    const content = await load()
    // A read that began later has shown something newer already.
    if (turn < shownCount) return
    shownCount = turn
    show(content)
  }
  const reread = () => {
    read().catch((error: unknown) => {
      logger.warn({ event: `${name}-unread`, err: error }, `could not read the ${name}; trying again`)
    })
  }

  await read()
  const unsubscribe = await bus.subscribe(topic, reread)
  const stopListening = bus.onReconnect(reread)
  const timer = setInterval(reread, rereadMs).unref()
  return {
    read,
    announce: async () => {
      await read()
      bus.publish(topic, null)
    },
    close: () => {
      clearInterval(timer)
      stopListening()
      unsubscribe()
    },
  }
}
