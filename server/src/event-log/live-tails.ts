import { setTimeout as sleep } from 'node:timers/promises'
import type { Id } from '@holdfast/shared'
import { inArray } from 'drizzle-orm'
import { schema } from '@holdfast/drizzle'
import type { Bus } from '../platform/bus/bus.ts'
import type { Database } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'
import { LiveTail } from './live-tail.ts'
import { conversationTopic, type LogNotice } from './topics.ts'

/** The live tails of this node: one per conversation that has a reader here. */
export interface LiveTails {
  /** Resolves when everything published from now on reaches the tail. Disposing detaches; the last reader drops the tail. */
  readonly attach: (conversationId: Id) => Promise<AttachedTail>
  /** The readers of this node, and how many events the one that is furthest behind has still to get. */
  readonly load: () => { readonly followers: number; readonly behind: number }
  readonly close: () => void
}

export interface AttachedTail extends Disposable {
  readonly tail: LiveTail
}

interface Entry {
  readonly tail: LiveTail
  readonly subscribed: Promise<() => void>
  readers: number
}

const { conversations } = schema
/** How often the numbers are read: with the time below, a notice that the bus has lost goes unnoticed no longer than this. */
const pollMs = 1_500
/** A number may be read before its notice has arrived. Readers that were told of it then would read from the log what is on its way. */
const noticeMs = 250

export function createLiveTails(bus: Bus, database: Database, logger: Logger): LiveTails {
  const entries = new Map<Id, Entry>()

  function open(conversationId: Id): Entry {
    const known = entries.get(conversationId)
    if (known) return known
    const tail = new LiveTail()
    const entry: Entry = {
      tail,
      subscribed: bus.subscribe(conversationTopic(conversationId), (payload) => tail.publish(payload as LogNotice)),
      readers: 0,
    }
    entries.set(conversationId, entry)
    return entry
  }

  async function release(conversationId: Id, entry: Entry) {
    entry.readers -= 1
    if (entry.readers > 0) return
    if (entries.get(conversationId) === entry) entries.delete(conversationId)
    const unsubscribe = await entry.subscribed
    unsubscribe()
  }

  const stopWatching = bus.onReconnect(() => {
    for (const { tail } of entries.values()) tail.invalidate()
  })

  // Within one process no notice is lost. Between nodes the conversations' rows are polled.
  const poll = database.kind === 'pglite' ? null : setInterval(() => void pollLastSeqs(), pollMs)

  async function pollLastSeqs() {
    const ids = [...entries.keys()]
    if (ids.length === 0) return
    try {
      const rows = await database.queries
        .select({ id: conversations.id, lastSeq: conversations.lastSeq })
        .from(conversations)
        .where(inArray(conversations.id, ids))
      const found = new Map(rows.map(({ id, lastSeq }) => [id, lastSeq]))
      await sleep(noticeMs, undefined, { ref: false })
      for (const id of ids) {
        const lastSeq = found.get(id)
        entries.get(id)?.tail.publish({ lastSeq: lastSeq ?? Number.MAX_SAFE_INTEGER })
        // The conversation is gone: readers that do not know it yet read the log and find nothing. The next reader gets a new tail.
        if (lastSeq === undefined) entries.delete(id)
      }
    } catch (error) {
      logger.warn({ event: 'poll-failed', err: error }, 'polling the log failed, trying again')
    }
  }

  return {
    attach: async (conversationId) => {
      const entry = open(conversationId)
      entry.readers += 1
      try {
        await entry.subscribed
      } catch (error) {
        entry.readers -= 1
        entries.delete(conversationId)
        throw error
      }
      return { tail: entry.tail, [Symbol.dispose]: () => void release(conversationId, entry) }
    },
    load: () => {
      const tails = Array.from(entries.values(), ({ tail }) => tail)
      return {
        followers: tails.reduce((sum, { readers }) => sum + readers, 0),
        behind: Math.max(0, ...tails.map(({ behind }) => behind)),
      }
    },
    close: () => {
      if (poll) clearInterval(poll)
      stopWatching()
    },
  }
}
