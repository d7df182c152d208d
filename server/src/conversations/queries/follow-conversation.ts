import { setTimeout as sleep } from 'node:timers/promises'
import { schema } from '@holdfast/drizzle'
import { logCursorPattern, type EventRecord, type Id } from '@holdfast/shared'
import { and, asc, eq, sql } from 'drizzle-orm'
import { createAdmission } from '../../platform/admission.ts'
import type { Database } from '../../platform/database/database.ts'
import { retryWhenLost } from '../../platform/database/retry-when-lost.ts'
import { isRowFrom } from '../../event-log/read-log.ts'
import { createSharedReads, type SharedReads } from '../../platform/shared-reads.ts'
import { untilAborted } from '../../platform/until-aborted.ts'
import { CursorPrunedError, followLog } from '../../event-log/follow-log.ts'
import type { LiveTails } from '../../event-log/live-tails.ts'
import { readConversation } from '../../conversation-store/conversation-row.ts'
import { readSnapshot } from '../../conversation-store/read-snapshot.ts'

const { conversationLog } = schema
const snapshotLimit = 100
const pausePollMs = 20
const never = new AbortController().signal
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
 * snapshot. An empty batch is a heartbeat. Many readers that come at once begin a few at a time. Ends after
 * `conversation-deleted`, unless that was taken back. @throws Refusal NOT_FOUND, before the first record only
 */
export async function* followConversation(deps: FollowDeps, userId: Id, input: FollowInput): AsyncGenerator<Followed, void> {
  const { conversationId, signal } = input
  let start = parseCursor(input.lastEventId)
  const reads = readsOf(deps.database)
  /** Null when the reader has left meanwhile. */
  const share = async <Result>(what: string, read: () => Promise<Result>) => {
    try {
      const shared = reads.read(`${what} ${userId} ${conversationId}`, () => retryWhenLost(read, never))
      return await untilAborted(shared, signal)
    } catch (error) {
      if (signal.aborted) return null
      throw error
    }
  }
  const readOwn = () => readConversation(deps.database.queries, userId, conversationId)
  // Without a heartbeat: the cursor of one that waits is not known yet, and its first event has to be the one that it came for.
  // Refuse before attaching to the hub.
  if ((await share('refuse', readOwn)) === null) return
  using attached = await deps.liveTails.attach(conversationId)
  while (!signal.aborted) {
    let conversation = await share('begin', readOwn)
    if (conversation === null) return
    let cursor = start ?? -1
    // A read that somebody else began may be older than this reader.
    if (cursor > conversation.lastSeq) conversation = await retryWhenLost(readOwn, signal)
    const { prunedSeq, lastSeq } = conversation
    const isAway = start !== null && (await wasAwayForLong(deps.database, { conversationId, lastSeq, cursor, signal }))
    if (cursor < prunedSeq || cursor > lastSeq || isAway) {
      const snapshot = await share('snapshot', () => readSnapshot(deps, userId, { conversationId, limit: snapshotLimit }))
      if (snapshot === null) return
      cursor = Number(snapshot.cursor)
      await waitForRoom(input)
      yield {
        cursor: snapshot.cursor,
        records: [{ seq: cursor, at: snapshot.conversation.updatedAt, event: { type: 'snapshot', ...snapshot } }],
      }
    }
    try {
      const { tail } = attached
      for await (const records of followLog(deps, { conversationId, cursor, tail, heartbeatMs: deps.heartbeatMs, signal })) {
        cursor = records.at(-1)?.seq ?? cursor
        await waitForRoom(input)
        if (signal.aborted) return
        yield { cursor: String(cursor), records }
        if (isDeletedAfter(records, lastSeq)) return
      }
    } catch (error) {
      if (!(error instanceof CursorPrunedError)) throw error
      start = null
    }
  }
}

/** A deletion that this reader learns of later was taken back: `seq` is where the log ended when the conversation was seen outside the trash. */
function isDeletedAfter(records: readonly EventRecord[], seq: number): boolean {
  const last = records.findLast(({ event: { type } }) => type === 'conversation-deleted' || type === 'conversation-restored')
  return last?.event.type === 'conversation-deleted' && last.seq > seq
}

/** A reader that missed this much of more than an hour ago gets the state, which is shorter than what led to it. */
const mostReplayed = 1_000
const replayedMinutes = 60

async function wasAwayForLong(
  { queries }: Database,
  place: { readonly conversationId: Id; readonly lastSeq: number; readonly cursor: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const { conversationId, lastSeq, cursor, signal } = place
  if (lastSeq - cursor <= mostReplayed) return false
  const readNext = () =>
    queries
      .select({ isOld: sql<boolean>`${conversationLog.at} < now() - make_interval(mins => ${replayedMinutes})` })
      .from(conversationLog)
      .where(and(eq(conversationLog.conversationId, conversationId), isRowFrom(queries, conversationId, cursor + 1)))
      .orderBy(asc(conversationLog.fromSeq))
      .limit(1)
  const [next] = await retryWhenLost(readNext, signal)
  return next?.isOld ?? false
}

/** Reads of readers that begin. After a restart thousands come back at once: answers that are written need the database, too. */
const readsAtOnce = 8
/** A reader that hears nothing for 30 seconds comes again. */
const longestWaitMs = 15_000
const sharedReads = new WeakMap<Database, SharedReads>()

/**
 * All readers of a conversation that ask at the same moment, as after a restart, share what is read. It may be a little older than the
 * reader, who reads the rest from the log.
 */
function readsOf(database: Database): SharedReads {
  const known = sharedReads.get(database)
  const admission = { atOnce: readsAtOnce, patienceMs: longestWaitMs }
  const reads = known ?? createSharedReads(createAdmission(admission), longestWaitMs)
  if (!known) sharedReads.set(database, reads)
  return reads
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
