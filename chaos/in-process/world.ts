import { createTestApp, type TestApp, type TestUser } from '../../server/testing/create-test-app.ts'
import { createMemoryDatabase } from '../../server/testing/memory-database.ts'
import { completion, createScriptedProvider } from '../../server/testing/scripted-provider/index.ts'
import type { Database } from '../../server/src/platform/database/database.ts'
import { createSeededRandom } from '../../server/test/seeded-random.ts'
import { createChaosModel, type ChaosModel } from '../model.ts'
import { createChaoticBus } from './chaotic-bus.ts'
import { withLostConnections } from './chaotic-database.ts'

/** Two nodes in this process on one embedded database, with a bus and connections that fail. */
export interface World extends AsyncDisposable {
  readonly nodes: readonly TestApp[]
  /** The database without its failures. */
  readonly database: Database
  readonly model: ChaosModel
  /** Somebody with a client at each node. */
  readonly users: readonly TestUser[]
  /** Stops or starts the loss of connections, for a part that is not what a run is about. */
  readonly setLossRate: (rate: number) => void
}

export const lossRate = 0.01

export async function openWorld(seed: number): Promise<World> {
  await using stack = new AsyncDisposableStack()
  const random = createSeededRandom(seed)
  const model = createChaosModel(random)
  const provider = stack.use(await createScriptedProvider())
  provider.script(model.answer)
  provider.scriptCompletion(completion('A title'))
  const database = await createMemoryDatabase()
  stack.defer(() => database.close())
  let rate = 0
  const bus = createChaoticBus(random)
  const nodes: TestApp[] = []
  for (let index = 0; index < 2; index += 1) {
    const overrides = { database: withLostConnections(database, random, () => rate), wrapBus: () => bus, heartbeatMs: 1_000 }
    nodes.push(stack.use(await createTestApp({ provider, overrides, env: { LOG_LEVEL: 'fatal' } })))
  }
  const [first] = nodes
  if (!first) throw new Error('there is no node')
  const users: TestUser[] = []
  for (let index = 0; index < 8; index += 1) users.push(await first.createUser())
  rate = lossRate
  const opened = stack.move()
  return {
    nodes,
    database,
    model,
    users,
    setLossRate: (next) => {
      rate = next
    },
    [Symbol.asyncDispose]: async () => {
      rate = 0
      await opened.disposeAsync()
    },
  }
}
