import { schema } from '@holdfast/drizzle'
import { v7 as uuidv7 } from 'uuid'
import { createLocalBus } from '../src/platform/bus/local-bus.ts'
import type { Bus } from '../src/platform/bus/bus.ts'
import type { Clock } from '../src/platform/clock.ts'
import type { Database } from '../src/platform/database/database.ts'
import { openPostgres } from '../src/platform/database/open-postgres.ts'
import type { Deps } from '../src/api/trpc/deps.ts'
import { createLogger, type Logger } from '../src/platform/logger.ts'
import { appRouter } from '../src/api/app-router.ts'
import { createCallerFactory } from '../src/api/trpc/procedures.ts'
import { createPostgresDatabase } from '../testing/create-postgres-database.ts'
import { createMemoryDatabase } from '../testing/memory-database.ts'
import { createCallLimits } from '../src/platform/call-limits.ts'

const createCaller = createCallerFactory(appRouter)

export interface TestPlanner extends AsyncDisposable {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock & { time: Date }
  readonly logger: Logger
  readonly logs: Record<string, unknown>[]
  /** What was recorded in the audit log. */
  readonly audited: Record<string, unknown>[]
  /** A new user. */
  readonly createUser: () => Promise<{ id: string; call: ReturnType<typeof createCaller> }>
  /** A finished answer in a new conversation of a user. */
  readonly createAnswer: (userId: string) => Promise<{ conversationId: string; messageId: string }>
}

/** The planner's procedures on a database in memory, without a network and without an engine; with `TEST_POSTGRES_URL` on a new one there. Friday, 2026-11-20, 09:00 in UTC. */
export async function createTestPlanner(): Promise<TestPlanner> {
  const adminUrl = process.env['TEST_POSTGRES_URL']
  const database = await (adminUrl ? openPostgres(await createPostgresDatabase(adminUrl)) : createMemoryDatabase())
  const bus = createLocalBus()
  const clock = { time: new Date('2026-11-20T09:00:00.000Z'), now: () => clock.time }
  const logs: Record<string, unknown>[] = []
  const logger = createLogger('debug', { write: (line) => logs.push(JSON.parse(line)) })
  const audited: Record<string, unknown>[] = []
  const record = async (_tx: unknown, entry: object) => {
    audited.push({ ...entry })
  }
  const callLimits = createCallLimits({ pointsPerMinute: 1_000_000 })
  const deps = { database, bus, callLimits, clock, logger, audit: { record } } as unknown as Deps
  return {
    database,
    bus,
    clock,
    logger,
    logs,
    audited,
    createUser: async () => {
      const id = uuidv7()
      await database.queries.insert(schema.users).values({ id, name: 'Somebody', email: `${id}@example.com` })
      const user = { id, sessionId: uuidv7(), expiresAt: null }
      return { id, call: createCaller({ deps, user, socket: null, address: null, requestId: 'test' }) }
    },
    createAnswer: async (userId) => {
      const [conversationId, messageId] = [uuidv7(), uuidv7()]
      const times = { createdAt: clock.time, updatedAt: clock.time }
      await database.queries
        .insert(schema.conversations)
        .values({ id: conversationId, userId, title: 'Plans', lastEventAt: clock.time, ...times })
      await database.queries
        .insert(schema.messages)
        .values({ id: messageId, conversationId, role: 'assistant', status: 'completed', addedSeq: 1, ...times })
      return { conversationId, messageId }
    },
    [Symbol.asyncDispose]: () => database.close(),
  }
}
