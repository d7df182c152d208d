import type { SocketServer } from '../api/transports/socket-server.ts'
import type { LiveTails } from '../event-log/live-tails.ts'
import type { GenerationQueue } from '../generation/queue/generation-queue.ts'
import type { Database } from '../platform/database/database.ts'
import type { Metrics } from '../platform/metrics.ts'

/** What the parts are busy with, read at each scrape. */
export function readLoad(
  metrics: Metrics,
  parts: {
    readonly database: Database
    readonly queue: Pick<GenerationQueue, 'load'>
    readonly liveTails: Pick<LiveTails, 'load'>
    readonly sockets: Pick<SocketServer, 'count'>
  },
): void {
  const { database, queue, liveTails, sockets } = parts
  metrics.read(
    { name: 'holdfast_jobs_waiting', help: 'Jobs that are ready and that no node has taken, for all nodes.', label: 'queue' },
    () => queue.load().waiting,
  )
  metrics.read({ name: 'holdfast_jobs_running', help: 'Jobs that run on this node.', label: 'queue' }, () => queue.load().running)
  metrics.read(
    { name: 'holdfast_followers', help: 'Readers that follow a conversation on this node.' },
    () => liveTails.load().followers,
  )
  metrics.read(
    { name: 'holdfast_follower_lag_events', help: 'Events that the reader furthest behind has still to get.' },
    () => liveTails.load().behind,
  )
  metrics.read({ name: 'holdfast_sockets', help: 'Open WebSockets of this node.' }, () => sockets.count())
  metrics.read(
    {
      name: 'holdfast_database_connections',
      help: 'Postgres: connections of all nodes, by state. Embedded: transactions that are active (one at a time) and waiting.',
      label: 'state',
    },
    () => database.load(),
  )
}
