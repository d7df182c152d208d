import type { Id } from '@holdfast/shared'
import { inArray } from 'drizzle-orm'
import { schema } from '@holdfast/drizzle'
import type { Bus } from '../bus/bus.ts'
import type { Database } from '../database/database.ts'
import type { Logger } from '../logger.ts'
import { createConversationHub, type ConversationHub } from './conversation-hub.ts'
import { conversationTopic, type LogNotice } from './topics.ts'

/** The hubs of this node: one per conversation that somebody follows here. */
export interface LogHubs {
  /** Resolves when everything published from now on reaches the hub. Disposing detaches; the last one drops the hub. */
  readonly attach: (conversationId: Id) => Promise<AttachedHub>
  readonly close: () => void
}

export interface AttachedHub extends Disposable {
  readonly hub: ConversationHub
}

interface Entry {
  readonly hub: ConversationHub
  readonly subscribed: Promise<() => void>
  readers: number
}

const { conversations } = schema
/** How long a word that the bus has lost may go unnoticed. */
const pollMs = 1_500

export function createLogHubs(bus: Bus, database: Database, logger: Logger): LogHubs {
  const entries = new Map<Id, Entry>()

  function open(conversationId: Id): Entry {
    const known = entries.get(conversationId)
    if (known) return known
    const hub = createConversationHub()
    const entry: Entry = {
      hub,
      subscribed: bus.subscribe(conversationTopic(conversationId), (payload) => hub.publish(payload as LogNotice)),
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
    for (const { hub } of entries.values()) hub.distrust()
  })

  // Within one process nothing is lost on the way; between nodes the log itself is asked now and then.
  const poll = database.kind === 'pglite' ? null : setInterval(() => void lookForNews(), pollMs)

  async function lookForNews() {
    const asked = [...entries.keys()]
    if (asked.length === 0) return
    try {
      const rows = await database.queries
        .select({ id: conversations.id, lastSeq: conversations.lastSeq })
        .from(conversations)
        .where(inArray(conversations.id, asked))
      const found = new Map(rows.map(({ id, lastSeq }) => [id, lastSeq]))
      for (const id of asked) {
        const lastSeq = found.get(id)
        entries.get(id)?.hub.publish({ lastSeq: lastSeq ?? Number.MAX_SAFE_INTEGER })
        // Gone for good: those who have not heard of it look into the log and find nothing. The next reader gets a new hub.
        if (lastSeq === undefined) entries.delete(id)
      }
    } catch (error) {
      logger.warn({ event: 'poll-failed', err: error }, 'looking for news in the log failed, trying again')
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
      return { hub: entry.hub, [Symbol.dispose]: () => void release(conversationId, entry) }
    },
    close: () => {
      if (poll) clearInterval(poll)
      stopWatching()
    },
  }
}
