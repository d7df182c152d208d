import { createGenerationQueue } from '../src/generation/queue/generation-queue.ts'
import { createLocalBus } from '../src/platform/bus/local-bus.ts'
import { createClock } from '../src/platform/clock.ts'
import type { Database } from '../src/platform/database/database.ts'
import { createLogger } from '../src/platform/logger.ts'
import { createMetrics } from '../src/platform/metrics.ts'

/**
 * Makes the tables of the job queue in a database that tests copy: making them takes longer than the rest of a start. A server that starts
 * on a copy finds its own, as after a restart.
 */
export async function createQueues(database: Database): Promise<void> {
  const logger = createLogger('silent')
  const deps = { database, bus: createLocalBus(), logger, clock: createClock(), metrics: createMetrics(), supervise: false }
  const queues = await createGenerationQueue({ ...deps, capacity: 1 })
  await queues.close()
}
