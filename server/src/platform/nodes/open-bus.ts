import type { Bus } from '../bus/bus.ts'
import { createLocalBus } from '../bus/local-bus.ts'
import { openNodeBus } from '../bus/node-bus.ts'
import { openPostgresCarrier } from '../bus/postgres-carrier.ts'
import { openRedisCarrier } from '../bus/redis-carrier.ts'
import type { Database } from '../database/database.ts'
import type { Logger } from '../logger.ts'
import type { NodeRole } from '../node-role.ts'
import { readNodes, startPresence } from './node-presence.ts'

export interface OpenBus extends AsyncDisposable {
  readonly bus: Bus
  /** How other nodes are heard, in words for operators. */
  readonly describe: () => string
  readonly peers: () => number
}

/**
 * The bus of this node. With the embedded database it stays within the process. Otherwise it is tested before it is used: Redis is
 * preferred where it is set, then LISTEN/NOTIFY, and where neither delivers, nodes look into the database.
 */
export async function openBus(input: {
  readonly database: Database
  readonly databaseUrl: string | null
  readonly redisUrl: string | null
  readonly nodeId: string
  /** Null for a program that comes for a moment and tells the nodes what it has done. */
  readonly role: NodeRole | null
  readonly logger: Logger
}): Promise<OpenBus> {
  const { database, databaseUrl, redisUrl, nodeId, role, logger } = input
  if (databaseUrl === null) {
    const bus = createLocalBus()
    return { bus, describe: () => 'one process', peers: () => 0, [Symbol.asyncDispose]: () => bus.close() }
  }
  const carriers = [...(redisUrl === null ? [] : [openRedisCarrier(redisUrl, logger)]), openPostgresCarrier(databaseUrl)]
  const bus = await openNodeBus({ nodeId, carriers, logger })
  const heardOn = bus.heardOn()
  const describe = () => bus.heardOn() ?? 'polling alone'
  if (heardOn === null) {
    logger.warn(
      { event: 'bus', bus: null },
      'LISTEN delivers nothing on this connection (a pooler?): nodes hear of each other by polling, with a delay of some seconds. Set REDIS_URL, or let DATABASE_URL lead past the pooler',
    )
  } else if (redisUrl !== null && heardOn !== 'Redis') {
    logger.warn(
      { event: 'bus', bus: heardOn },
      `REDIS_URL: Redis does not answer. Other nodes are heard by ${heardOn} until it does`,
    )
  } else logger.info({ event: 'bus', bus: heardOn }, `other nodes are heard by ${heardOn}`)
  try {
    if (role === null) bus.setPeers(await readNodes(database))
    const presence = role === null ? null : await startPresence({ database, nodeId, role, logger, onNodes: bus.setPeers })
    return {
      bus,
      describe,
      peers: bus.peers,
      [Symbol.asyncDispose]: async () => {
        await presence?.[Symbol.asyncDispose]()
        await bus.close()
      },
    }
  } catch (error) {
    await bus.close()
    throw error
  }
}
