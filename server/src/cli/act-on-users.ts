import { v7 as uuidv7 } from 'uuid'
import { actAsOperator, operatorResultSchema, type OperatorResult } from '../admin/operator/act-as-operator.ts'
import type { OperatorAct } from '../admin/operator/operator-act.ts'
import { createModels } from '../app/create-models.ts'
import { openAudit } from '../audit/open-audit.ts'
import { openStorage } from '../files/storage/open-storage.ts'
import { createCancelSignals } from '../generation/store/cancel-signals.ts'
import type { GenerationJobs } from '../generation/store/generation-jobs.ts'
import { openBus } from '../platform/nodes/open-bus.ts'
import { createClock } from '../platform/clock.ts'
import { callServer } from '../platform/control/control-client.ts'
import { createEraser } from '../platform/database/eraser.ts'
import { measureClock } from '../platform/database/measure-clock.ts'
import { createMetrics } from '../platform/metrics.ts'
import { noTraces } from '../platform/traces.ts'
import type { CliContext, CommandRun } from './cli-context.ts'
import { openDatabase } from './open-database.ts'

/** Whoever is acted on here leaves or stays: nothing begins for them. */
const noJobs: GenerationJobs = {
  enqueue: () => Promise.reject(new Error('no answer begins here')),
  enqueueExpiry: () => Promise.reject(new Error('no approval is asked for here')),
  enqueueTitle: () => Promise.reject(new Error('no conversation is named here')),
  // A server that starts sends what has no job.
  enqueueDelivery: async () => {},
}

/**
 * Changes the users of a server: in the server that runs on an embedded database, which nobody else may open, or here. On Postgres the
 * nodes hear of it. @throws StartError when it cannot be done
 */
export async function actOnUsers(
  { logger }: CliContext,
  { config, place }: CommandRun,
  act: OperatorAct,
): Promise<OperatorResult> {
  using call = config.databaseUrl === null ? await callServer(config.dataDir, 'operator', act) : null
  if (call) return operatorResultSchema.parse((await call.values.next()).value)
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await openDatabase(place))
  const clock = createClock(await measureClock(database, logger))
  const { databaseUrl, redisUrl } = config
  const { bus } = stack.use(await openBus({ database, databaseUrl, redisUrl, nodeId: uuidv7(), role: null, logger }))
  const cancels = await createCancelSignals(bus)
  stack.defer(() => cancels.close())
  return await actAsOperator(
    {
      config,
      database,
      clock,
      bus,
      logger,
      cancels,
      jobs: noJobs,
      audit: stack.use(openAudit({ database, clock, logger, retentionDays: () => null })),
      eraser: stack.use(createEraser({ database, logger })),
      storage: stack.use(await openStorage(place.storage, place.dataDir)),
      models: stack.use(await createModels(config, logger)),
      metrics: createMetrics(),
      traces: noTraces,
    },
    act,
  )
}
