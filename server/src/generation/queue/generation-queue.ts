import type { Id } from '@holdfast/shared'
import { sql, type SQL } from 'drizzle-orm'
import { fromDrizzle, PgBoss, type Db } from 'pg-boss'
import { v7 as uuidv7 } from 'uuid'
import { executeRows, type Database, type Transaction } from '../../platform/database/database.ts'
import { afterCommit } from '../../event-log/unit-of-work.ts'
import { jobsTopic } from '../../event-log/topics.ts'
import type { Bus } from '../../platform/bus/bus.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/logger.ts'
import type { Metrics } from '../../platform/metrics.ts'
import { releaseClaims } from '../../webhooks/claim-delivery.ts'
import { createDispatcher, pollSeconds, type Dispatcher, type DispatcherInput } from './dispatcher.ts'
import { requeueLost } from './lost-jobs.ts'
import type { GenerationJobs, ImportJobs } from '../store/generation-jobs.ts'

export interface GenerationQueue extends GenerationJobs, ImportJobs {
  /** Starts fetching. */
  readonly start: (handlers: JobHandlers) => void
  /** Jobs by queue: those that are ready and that no node has taken, and those that run on this node. */
  readonly load: () => { readonly waiting: Promise<Record<string, number>>; readonly running: Record<string, number> }
  /** Stops fetching, gives running jobs back and wakes the other nodes. */
  readonly handOver: () => Promise<void>
  readonly close: () => Promise<void>
}

/** One handler for each kind of job. A handler must resolve whatever becomes of the work. */
export interface JobHandlers {
  /** `readyAt`: since when it could have run. */
  readonly run: (generationId: Id, signal: AbortSignal, readyAt: Date) => Promise<void>
  /** An approval request of this generation has expired, unless it was decided. */
  readonly expire: (generationId: Id) => Promise<void>
  readonly title: (conversationId: Id, signal: AbortSignal) => Promise<void>
  readonly import: (importId: Id, signal: AbortSignal) => Promise<void>
  readonly webhook: (deliveryId: Id, signal: AbortSignal) => Promise<void>
}

type JobData =
  | { readonly type: 'run' | 'expire'; readonly generationId: Id }
  | { readonly type: 'title'; readonly conversationId: Id }
  | { readonly type: 'import'; readonly importId: Id }
  | { readonly type: 'webhook'; readonly deliveryId: Id }

const answers = 'generation'
/** Conversations are named in a queue of their own, few at a time, so that many answers ending together do not delay others. */
const names = 'conversation-name'
const namesAtOnce = 2
/** Imports have a queue of their own, too: a node runs one at a time, since each keeps it busy. */
const imports = 'import'
const importsAtOnce = 1
/** Receivers may take their time: those of one person leave places for those of others. */
const deliveries = 'webhook'
const deliveriesAtOnce = 16
const deliveriesOfUserAtOnce = 4
/** The bus tells of new ones; the rest are retries, for which a few seconds do not matter. */
const deliveriesPollSeconds = 3
const queueNames = [answers, names, imports, deliveries]
const bossSchema = 'pgboss'
const noJob = '00000000-0000-0000-0000-000000000000'

/*
 * How long an answer stands still after its node was killed. The job's heartbeat was at most three seconds old (dispatcher.ts). A job without
 * one for `heartbeatSeconds` is given back when pg-boss looks, after at most `superviseIntervalSeconds` and `monitorIntervalSeconds`, and
 * fetched at the next poll.
 */
const heartbeatSeconds = 10
const superviseIntervalSeconds = 1
const monitorIntervalSeconds = 1
/** The longest time from the kill of a node to the moment at which another one takes up its answers. */
export const takeoverSeconds = heartbeatSeconds + superviseIntervalSeconds + monitorIntervalSeconds + pollSeconds

const queueOptions = {
  policy: 'standard',
  notify: false,
  heartbeatSeconds,
  expireInSeconds: 7_200,
  // Hand-overs and restarts count as retries here; failures are counted by the generation itself.
  retryLimit: 1_000,
  retryDelay: 0,
  deleteAfterSeconds: 300,
} as const

/** The job queue on either database. It only dispatches: fences and leases protect what is written. */
export async function createGenerationQueue(deps: {
  database: Database
  bus: Bus
  logger: Logger
  clock: Clock
  metrics: Pick<Metrics, 'jobDelay' | 'jobs'>
  capacity: number
  /** False: this node leaves it to others to find the jobs of nodes that have died. */
  supervise?: boolean
}): Promise<GenerationQueue> {
  const { database, bus, logger, clock, metrics } = deps
  const dispatchers = new Map<string, Dispatcher>()
  const boss = new PgBoss({
    db: database.boss(),
    ...(database.kind === 'pglite' ? { backend: 'pglite' as const } : {}),
    schema: bossSchema,
    schedule: false,
    supervise: deps.supervise ?? true,
    // Dispatchers are woken by the bus, which says nothing to nobody: pg-boss sends a NOTIFY inside of each transaction.
    useListenNotify: false,
    superviseIntervalSeconds,
    monitorIntervalSeconds,
    maintenanceIntervalSeconds: 300,
  })
  boss.on('error', (error) => logger.error({ event: 'queue-error', err: error }, 'the job queue reports an error'))
  boss.on('warning', (warning) => logger.warn({ event: 'queue-warning', warning: warning.message }, 'the job queue warns'))
  await boss.start()
  const { policy: _, ...changeable } = queueOptions
  for (const queue of queueNames) {
    await boss.createQueue(queue, queueOptions)
    await boss.updateQueue(queue, changeable)
    // Fills pg-boss' cache of the queue's settings. Reading them later, inside a transaction on PGlite, would deadlock.
    await boss.findJobs(queue, { id: noJob })
    if (database.kind === 'pglite') await releaseHeldJobs(boss, database, queue)
  }

  if (database.kind === 'pglite') await releaseClaims(database)

  const stopListening = await bus.subscribe(jobsTopic, (queue) => dispatchers.get(String(queue))?.wake())
  const queues: GenerationQueue = {
    enqueue: async (tx, generation, ahead = 0) => {
      const data: JobData = { type: 'run', generationId: generation.id }
      // Of one group's jobs in a batch pg-boss takes those with the lowest ids: with random ones a later question came first.
      const options = { id: uuidv7(), group: { id: generation.userId }, priority: -ahead }
      await boss.send(answers, data, { db: transactionToBoss(tx), ...options })
      afterCommit(tx, () => bus.publish(jobsTopic, answers))
    },
    enqueueExpiry: async (tx, generation, at) => {
      const data: JobData = { type: 'expire', generationId: generation.id }
      await boss.send(answers, data, { db: transactionToBoss(tx), startAfter: at })
    },
    enqueueTitle: async (tx, conversationId) => {
      const data: JobData = { type: 'title', conversationId }
      await boss.send(names, data, { db: transactionToBoss(tx) })
      afterCommit(tx, () => bus.publish(jobsTopic, names))
    },
    enqueueImport: async (tx, { id }) => {
      const data: JobData = { type: 'import', importId: id }
      await boss.send(imports, data, { db: transactionToBoss(tx) })
      afterCommit(tx, () => bus.publish(jobsTopic, imports))
    },
    enqueueDelivery: async (tx, { id, userId }, at) => {
      const data: JobData = { type: 'webhook', deliveryId: id }
      const options = { group: { id: userId }, ...(at ? { startAfter: at } : {}) }
      await boss.send(deliveries, data, { db: transactionToBoss(tx), ...options })
      if (!at) afterCommit(tx, () => bus.publish(jobsTopic, deliveries))
    },
    start: (handlers) => {
      const dispatch = (
        queue: string,
        capacity: number,
        options: Pick<DispatcherInput<JobData>, 'perGroup' | 'everySeconds'> = {},
      ) => {
        const handle = (data: JobData, signal: AbortSignal, readyAt: Date) => handleJob(handlers, data, signal, readyAt)
        dispatchers.set(queue, createDispatcher<JobData>({ boss, queue, capacity, logger, clock, metrics, handle, ...options }))
      }
      // One person's questions leave places for those of others, who need not wait for an answer to end.
      dispatch(answers, deps.capacity, { perGroup: Math.max(1, Math.ceil(deps.capacity / 2)) })
      dispatch(names, namesAtOnce)
      dispatch(imports, importsAtOnce)
      dispatch(deliveries, deliveriesAtOnce, { perGroup: deliveriesOfUserAtOnce, everySeconds: deliveriesPollSeconds })
    },
    load: () => ({
      waiting: countWaiting(database),
      running: Object.fromEntries(Array.from(dispatchers, ([queue, dispatcher]) => [queue, dispatcher.running()])),
    }),
    handOver: async () => {
      const released = await Promise.all(
        Array.from(dispatchers, async ([queue, dispatcher]) => ({ queue, count: await dispatcher.handOver() })),
      )
      for (const { queue, count } of released) if (count > 0) bus.publish(jobsTopic, queue)
    },
    close: async () => {
      stopListening()
      await boss.stop({ graceful: false })
    },
  }
  const requeued = await database.queries.transaction((tx) => requeueLost(tx, queues))
  if (requeued > 0) logger.info({ event: 'jobs-requeued', jobs: requeued }, 'queued again what had lost its job')
  return queues
}

function handleJob(handlers: JobHandlers, data: JobData, signal: AbortSignal, readyAt: Date): Promise<void> {
  switch (data.type) {
    case 'run':
      return handlers.run(data.generationId, signal, readyAt)
    case 'expire':
      return handlers.expire(data.generationId)
    case 'title':
      return handlers.title(data.conversationId, signal)
    case 'import':
      return handlers.import(data.importId, signal)
    case 'webhook':
      return handlers.webhook(data.deliveryId, signal)
  }
}

function transactionToBoss(tx: Transaction): Db {
  return fromDrizzle({ execute: async (query) => ({ rows: await executeRows(tx, query as SQL) }) }, sql)
}

async function countWaiting(database: Database): Promise<Record<string, number>> {
  const rows = await executeRows<{ name: string; count: number | string }>(
    database.queries,
    sql`select name, count(*) as count from pgboss.job where state < 'active' and start_after <= now() group by name`,
  )
  const found = new Map(rows.map(({ name, count }) => [name, Number(count)]))
  return Object.fromEntries(queueNames.map((queue) => [queue, found.get(queue) ?? 0]))
}

/** An embedded database has one process: jobs that are marked as running belonged to a process that has died. */
async function releaseHeldJobs(boss: PgBoss, database: Database, queue: string): Promise<void> {
  const held = await executeRows<{ id: string }>(
    database.queries,
    sql`select id from pgboss.job where name = ${queue} and state = 'active'`,
  )
  if (held.length === 0) return
  await boss.fail(
    queue,
    held.map((job) => job.id),
    { reason: 'restart' },
  )
}
