import { schema } from '@holdfast/drizzle'
import type { AuditAction, Id } from '@holdfast/shared'
import { v7 as uuidv7 } from 'uuid'
import type { Clock } from '../platform/clock.ts'
import type { Database, Queries } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'
import { pruneRecords } from './prune-records.ts'
import { sealRecords } from './seal-records.ts'

const { auditRecords } = schema

/** What was done. Never content: names of things, ids, kinds and hashes. */
export interface AuditEntry {
  readonly action: AuditAction
  /** Null: nobody who was signed in, or the server itself. */
  readonly actorId: Id | null
  readonly targetType?: string
  readonly targetId?: string
  /** Of the client, where it is known. */
  readonly address?: string | null
  readonly details?: Readonly<Record<string, unknown>>
}

/** The log of who did what on the server. Records are written first, and get their place in the chain within a second. */
export interface Audit {
  /** Writes a record in the caller's transaction: it is there if and only if the act is. */
  readonly record: (tx: Pick<Queries, 'insert'>, entry: AuditEntry) => Promise<void>
  /**
   * Writes a record of something that has happened already, or that has no transaction. Never rejects: the act stays what it was, and
   * the failure is in the server's log.
   */
  readonly note: (entry: AuditEntry) => Promise<void>
  /** As `note`, but at most once a minute for each `key`. The next record says how many were left out: `details.repeats`. */
  readonly noteOften: (key: string, entry: AuditEntry) => Promise<void>
  /** Gives every committed record its place now. */
  readonly seal: () => Promise<void>
}

/** The same log; what is recorded through it comes from that address unless it says otherwise. */
export function fromAddress(audit: Audit, address: string | null): Audit {
  return {
    ...audit,
    record: (tx, entry) => audit.record(tx, { address, ...entry }),
    note: (entry) => audit.note({ address, ...entry }),
    noteOften: (key, entry) => audit.noteOften(key, { address, ...entry }),
  }
}

export interface AuditDeps {
  readonly database: Pick<Database, 'queries'>
  readonly clock: Clock
  readonly logger: Logger
  /** Null: records are kept for ever. */
  readonly retentionDays: () => number | null
}

/** After a record was written, its transaction has this long to commit before a first look. */
const sealDelayMs = 200
/** A transaction that was rolled back leaves no record to wait for. */
const maxLooks = 10
/** For what a node left behind that ended too soon. */
const sealEveryMs = 15_000
const pruneEveryMs = 60 * 60_000
const recordsPerPrune = 1_000
const dayMs = 24 * 60 * 60_000
const oftenMs = 60_000
const maxKeys = 10_000

export function openAudit(deps: AuditDeps): Audit & AsyncDisposable {
  const { database, clock, logger } = deps
  const often = new Map<string, { untilMs: number; repeats: number }>()
  let timer: NodeJS.Timeout | null = null
  let owed = 0
  let looks = 0
  let running = Promise.resolve()
  let isClosed = false

  const sealAll = async () => {
    for (;;) {
      const sealed = await sealRecords(deps)
      owed = Math.max(0, owed - sealed)
      if (sealed === 0) return
    }
  }
  const seal = () => {
    const sealing = running.then(sealAll)
    running = sealing.catch(() => {})
    return sealing
  }
  const look = () => {
    seal().then(
      () => {
        looks += 1
        if (looks >= maxLooks) owed = 0
        if (owed > 0) wake()
      },
      (error: unknown) => {
        if (!isClosed) logger.warn({ event: 'audit-unsealed', err: error }, 'sealing audit records failed, trying again')
      },
    )
  }
  const wake = () => {
    if (isClosed || timer) return
    timer = setTimeout(() => {
      timer = null
      look()
    }, sealDelayMs)
    timer.unref()
  }
  const prune = async () => {
    const days = deps.retentionDays()
    if (days === null || isClosed) return
    try {
      const before = new Date(clock.now().getTime() - days * dayMs)
      let removed = 0
      for (;;) {
        const step = await pruneRecords(deps, before, recordsPerPrune)
        removed += step.removed
        if (step.removed > 0) continue
        if (removed > 0) await note({ action: 'audit.pruned', actorId: null, details: { records: removed, upTo: step.lastSeq } })
        return
      }
    } catch (error) {
      logger.warn({ event: 'audit-unpruned', err: error }, 'removing old audit records failed, trying again')
    }
  }
  const record: Audit['record'] = async (tx, entry) => {
    await tx.insert(auditRecords).values({
      id: uuidv7(),
      at: clock.now(),
      actorId: entry.actorId,
      action: entry.action,
      targetType: entry.targetType ?? null,
      targetId: entry.targetId ?? null,
      address: entry.address ?? null,
      details: entry.details ?? {},
    })
    owed += 1
    looks = 0
    wake()
  }
  const note: Audit['note'] = async (entry) => {
    try {
      await record(database.queries, entry)
    } catch (error) {
      const { action, actorId } = entry
      logger.error({ event: 'audit-unwritten', action, actorId, err: error }, 'an audit record could not be written')
    }
  }

  const sealTimer = setInterval(look, sealEveryMs).unref()
  const pruneTimer = setInterval(() => void prune(), pruneEveryMs).unref()
  look()
  void prune()
  return {
    record,
    note,
    noteOften: async (key, entry) => {
      const nowMs = clock.now().getTime()
      const known = often.get(key)
      if (known && nowMs < known.untilMs) {
        known.repeats += 1
        return
      }
      often.delete(key)
      const [oldest] = often.keys()
      if (often.size >= maxKeys && oldest !== undefined) often.delete(oldest)
      often.set(key, { untilMs: nowMs + oftenMs, repeats: 0 })
      await note(known?.repeats ? { ...entry, details: { ...entry.details, repeats: known.repeats } } : entry)
    },
    seal,
    [Symbol.asyncDispose]: async () => {
      if (isClosed) return
      isClosed = true
      if (timer) clearTimeout(timer)
      clearInterval(sealTimer)
      clearInterval(pruneTimer)
      await seal().catch((error: unknown) => {
        logger.warn({ event: 'audit-unsealed', err: error }, 'the last audit records get their place at the next start')
      })
    },
  }
}
