import type { EventRecord, Id } from '@holdfast/shared'
import type { Database } from '../database/database.ts'
import { CursorPrunedError, followLog } from '../log/follow-log.ts'
import type { LogHubs } from '../log/log-hubs.ts'
import { readConversation } from './conversation-row.ts'
import { readSnapshot } from './read-snapshot.ts'

const snapshotLimit = 100
const pausePollMs = 20
/** What may wait in a socket before its reader is waited for. */
const maxBufferedBytes = 256 * 1024

export interface FollowDeps {
  readonly database: Database
  readonly hubs: LogHubs
  readonly heartbeatMs: number
}

export interface FollowInput {
  readonly conversationId: Id
  readonly lastEventId: string | null | undefined
  readonly signal: AbortSignal
  /** The reader's socket: nothing is sent while it has more than 256 KiB unsent. Null: the transport waits by itself. */
  readonly socket: { readonly bufferedAmount: number } | null
}

export interface Followed {
  /** The cursor after these records, for `tracked`. */
  readonly cursor: string
  readonly records: readonly EventRecord[]
}

/**
 * [C1]–[C6] Everything that happens in a conversation after `lastEventId`, then live. An odd cursor gets a snapshot. An empty batch is a
 * heartbeat. Ends after `conversation-deleted`. @throws Refusal NOT_FOUND, before the first record only
 */
export async function* followConversation(deps: FollowDeps, userId: Id, input: FollowInput): AsyncGenerator<Followed, void> {
  const { conversationId, signal } = input
  let start = parseCursor(input.lastEventId)
  // Refused before anything is attached.
  await readConversation(deps.database.queries, userId, conversationId)
  using attached = await deps.hubs.attach(conversationId)
  while (!signal.aborted) {
    const conversation = await readConversation(deps.database.queries, userId, conversationId)
    let cursor = start ?? -1
    if (cursor < conversation.prunedSeq || cursor > conversation.lastSeq) {
      const snapshot = await readSnapshot(deps, userId, { conversationId, limit: snapshotLimit })
      cursor = Number(snapshot.cursor)
      await waitForRoom(input)
      yield {
        cursor: snapshot.cursor,
        records: [{ seq: cursor, at: snapshot.conversation.updatedAt, event: { type: 'snapshot', ...snapshot } }],
      }
    }
    try {
      const { hub } = attached
      for await (const records of followLog(deps, { conversationId, cursor, hub, heartbeatMs: deps.heartbeatMs, signal })) {
        cursor = records.at(-1)?.seq ?? cursor
        await waitForRoom(input)
        if (signal.aborted) return
        yield { cursor: String(cursor), records }
        if (records.some(({ event }) => event.type === 'conversation-deleted')) return
      }
    } catch (error) {
      if (!(error instanceof CursorPrunedError)) throw error
      start = null
    }
  }
}

/** Null for whatever is not a cursor: the reader gets a snapshot, never an error. */
function parseCursor(lastEventId: string | null | undefined): number | null {
  return lastEventId && /^\d{1,15}$/u.test(lastEventId) ? Number(lastEventId) : null
}

/** Sockets do not say when they are empty again, so a reader that lags is looked at now and then. It holds no events meanwhile. */
async function waitForRoom({ socket, signal }: FollowInput): Promise<void> {
  while (socket && socket.bufferedAmount > maxBufferedBytes && !signal.aborted) {
    await new Promise((resolve) => {
      setTimeout(resolve, pausePollMs)
    })
  }
}
