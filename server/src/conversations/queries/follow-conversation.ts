import { setTimeout as sleep } from 'node:timers/promises'
import { schema } from '@holdfast/drizzle'
import { logCursorPattern, type EventRecord, type Id, type Snapshot } from '@holdfast/shared'
import { and, asc, eq, sql } from 'drizzle-orm'
import { createAdmission, type Admission } from '../../platform/admission.ts'
import type { Database, Queries } from '../../platform/database/database.ts'
import { retryWhenLost } from '../../platform/database/retry-when-lost.ts'
import { isRowFrom } from '../../event-log/read-log.ts'
import { CursorPrunedError, followLog } from '../../event-log/follow-log.ts'
import type { LiveTails } from '../../event-log/live-tails.ts'
import { readConversation } from '../../conversation-store/conversation-row.ts'
import { readSnapshot } from '../../conversation-store/read-snapshot.ts'

const { conversationLog } = schema
const snapshotLimit = 100
const pausePollMs = 20
/** Unsent bytes in a socket above which its reader gets nothing more until it has caught up. */
const maxBufferedBytes = 256 * 1024

export interface FollowDeps {
  readonly database: Database
  readonly liveTails: LiveTails
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
 * [C1]–[C6] The log of a conversation after `lastEventId`, then live. A cursor that is missing, malformed, pruned or in the future gets a
 * snapshot. An empty batch is a heartbeat. Many readers that come at once begin a few at a time. Ends after `conversation-deleted`. @throws Refusal NOT_FOUND, before the first record only
 */
export async function* followConversation(deps: FollowDeps, userId: Id, input: FollowInput): AsyncGenerator<Followed, void> {
  const { conversationId, signal } = input
  let start = parseCursor(input.lastEventId)
  const patiently = <Result>(read: () => Promise<Result>) => retryWhenLost(read, signal)
  const readOwn = () => readConversation(deps.database.queries, userId, conversationId)
  const place = admissionTo(deps.database).enter()
  using _ = place
  // Without a heartbeat: the cursor of one that waits is not known yet, and its first event has to be the one that it came for.
  await place.isInside(longestWaitMs, signal)
  if (signal.aborted) return
  // Refuse before attaching to the hub.
  await patiently(readOwn)
  using attached = await deps.liveTails.attach(conversationId)
  while (!signal.aborted) {
    const conversation = await patiently(readOwn)
    let cursor = start ?? -1
    const isAway = start !== null && (await patiently(() => wasAwayForLong(deps.database.queries, conversation, cursor)))
    if (cursor < conversation.prunedSeq || cursor > conversation.lastSeq || isAway) {
      const snapshot = await patiently(() => readSharedSnapshot(deps.database, userId, conversationId))
      cursor = Number(snapshot.cursor)
      place[Symbol.dispose]()
      await waitForRoom(input)
      yield {
        cursor: snapshot.cursor,
        records: [{ seq: cursor, at: snapshot.conversation.updatedAt, event: { type: 'snapshot', ...snapshot } }],
      }
    }
    place[Symbol.dispose]()
    try {
      const { tail } = attached
      for await (const records of followLog(deps, { conversationId, cursor, tail, heartbeatMs: deps.heartbeatMs, signal })) {
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

/** A reader that missed this much of more than an hour ago gets the state, which is shorter than what led to it. */
const mostReplayed = 1_000
const replayedMinutes = 60

async function wasAwayForLong(queries: Queries, { id, lastSeq }: { id: Id; lastSeq: number }, cursor: number): Promise<boolean> {
  if (lastSeq - cursor <= mostReplayed) return false
  const [next] = await queries
    .select({ isOld: sql<boolean>`${conversationLog.at} < now() - make_interval(mins => ${replayedMinutes})` })
    .from(conversationLog)
    .where(and(eq(conversationLog.conversationId, id), isRowFrom(queries, id, cursor + 1)))
    .orderBy(asc(conversationLog.fromSeq))
    .limit(1)
  return next?.isOld ?? false
}

/** Readers that begin at the same time. After a restart thousands come back at once: answers that are written need the database, too. */
const beginningAtOnce = 8
/** A reader that hears nothing for 30 seconds comes again. */
const longestWaitMs = 15_000
const admissions = new WeakMap<Database, Admission>()

function admissionTo(database: Database): Admission {
  const known = admissions.get(database)
  const admission = known ?? createAdmission({ atOnce: beginningAtOnce, patienceMs: longestWaitMs })
  if (!known) admissions.set(database, admission)
  return admission
}

/** Snapshots that are being read, by user and conversation. */
const reads = new WeakMap<Database, Map<string, Promise<Snapshot>>>()

/**
 * Readers that ask while a snapshot is being read get that one: after a restart, all readers of a conversation ask at the same moment. It
 * may be a little older than the reader, who then reads the rest from the log.
 */
function readSharedSnapshot(database: Database, userId: Id, conversationId: Id): Promise<Snapshot> {
  const running = reads.get(database) ?? new Map<string, Promise<Snapshot>>()
  reads.set(database, running)
  const key = `${userId} ${conversationId}`
  const known = running.get(key)
  if (known) return known
  const read = readSnapshot({ database }, userId, { conversationId, limit: snapshotLimit }).finally(() => running.delete(key))
  running.set(key, read)
  return read
}

/** Null if malformed: the reader then gets a snapshot, never an error. */
function parseCursor(lastEventId: string | null | undefined): number | null {
  return lastEventId && logCursorPattern.test(lastEventId) ? Number(lastEventId) : null
}

/** Waits for a slow reader, which holds no events in the meantime. Polls, since sockets have no event for `bufferedAmount`. */
async function waitForRoom({ socket, signal }: FollowInput): Promise<void> {
  while (socket && socket.bufferedAmount > maxBufferedBytes && !signal.aborted) {
    await sleep(pausePollMs)
  }
}
