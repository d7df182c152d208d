import * as database from './database-faults.ts'
import type { Fault } from './fault.ts'
import * as lines from './line-faults.ts'
import * as nodes from './node-faults.ts'

/** In the order of the table. */
export const allFaults: readonly Fault[] = [
  nodes.killAtRandom,
  nodes.killAll,
  ...nodes.killsAtPlaces,
  ...nodes.unknownCommits,
  nodes.pausePastTheLease,
  nodes.deploy,
  nodes.wrongClock,
  database.restartPostgres,
  database.crashPostgres,
  database.terminateConnections,
  database.cutDatabaseLine,
  database.silenceDatabaseLine,
  database.useUpConnections,
  database.makeReadOnly,
  database.lockTables,
  database.fillDisk,
  lines.troubleNotices,
  lines.cutBus,
  lines.cutClients,
  lines.silenceClients,
  lines.refuseClients,
  lines.pauseReaders,
  lines.stallClients,
  lines.cutProvider,
  lines.refuseProvider,
  lines.stallProvider,
  ...lines.providerFates,
]
