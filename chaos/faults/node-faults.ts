import { setTimeout as sleep } from 'node:timers/promises'
import type { ChaosNode } from '../cluster.ts'
import type { Place } from '../wire/postgres-proxy.ts'
import { choose, type Fault, type FaultInput } from './fault.ts'

/** A lease holds 15 s; a stopped process is woken after it. */
const pastTheLeaseMs = 17_000
/** All answers of a run pass all places of their lives within this time. */
const placePatienceMs = 60_000

async function kill(node: ChaosNode): Promise<void> {
  await node.process?.end('SIGKILL')
  node.process = null
}

export const killAtRandom: Fault = {
  name: 'kill -9 of a node',
  strike: async ({ cluster, random }) => {
    const node = choose(random, cluster.nodes)
    await kill(node)
    await node.start()
  },
}

export const killAll: Fault = {
  name: 'kill -9 of all nodes',
  strike: async ({ cluster }) => {
    await Promise.all(cluster.nodes.map(kill))
    await Promise.all(cluster.nodes.map((node) => node.start()))
  },
}

export const pausePastTheLease: Fault = {
  name: 'SIGSTOP past the lease',
  strike: async ({ cluster, random }) => {
    const node = choose(random, cluster.nodes)
    const pid = node.process?.pid
    if (pid === undefined) return
    process.kill(pid, 'SIGSTOP')
    await sleep(pastTheLeaseMs)
    process.kill(pid, 'SIGCONT')
  },
}

export const deploy: Fault = {
  name: 'deploy: SIGTERM of one node after the other',
  strike: async ({ cluster }) => {
    for (const node of cluster.nodes) {
      await node.process?.end('SIGTERM')
      node.process = null
      await node.start()
    }
  },
}

export const wrongClock: Fault = {
  name: 'a clock ten minutes wrong',
  strike: async ({ cluster, random }) => {
    const node = choose(random, cluster.nodes)
    await node.process?.end('SIGTERM')
    node.process = null
    await node.start(random() < 0.5 ? 600_000 : -600_000)
  },
}

/** Statements that mark where a generation is. They are matched in what a node sends to Postgres, so the product needs no hooks. */
const statements = {
  send: /insert into "messages"/iu,
  claim: /update "generations" set [^$]*(?:"status"[\s\S]*"fence")/iu,
  append: /json_to_recordset[\s\S]*insert into conversation_log/iu,
  'tool call': /insert into "tool_calls"/iu,
  'tool effect': /insert into "tasks"/iu,
  end: /update "generations" set [\s\S]*"ended_at"/iu,
}

function killAt(name: keyof typeof statements, when: Place['when']): Fault {
  return {
    name: `kill -9 ${when} ${name}`,
    prepare: async (input) => setTrap(input, { statement: statements[name], when }),
    strike: async ({ cluster, signal, miss }) => {
      const dead = await untilDead(cluster.nodes, signal)
      if (dead === null) miss()
      else await dead.start()
    },
  }
}

/** Whichever node comes to the place first dies there. */
async function setTrap({ cluster }: FaultInput, place: Place): Promise<void> {
  for (const node of cluster.nodes) {
    node.postgres.trap(place, () => {
      for (const { postgres } of cluster.nodes) postgres.clearTraps()
      void kill(node)
    })
  }
}

/** Null: no node has come to the place. */
async function untilDead(nodes: readonly ChaosNode[], signal: AbortSignal): Promise<ChaosNode | null> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(placePatienceMs)])
  while (!patience.aborted) {
    const dead = nodes.find(({ process }) => process === null)
    if (dead) return dead
    await sleep(20)
  }
  return null
}

const everywhere = ['before', 'inside', 'after'] as const

export const killsAtPlaces: readonly Fault[] = [
  ...everywhere.map((when) => killAt('send', when)),
  ...everywhere.map((when) => killAt('claim', when)),
  killAt('append', 'before'),
  killAt('append', 'after'),
  ...everywhere.map((when) => killAt('tool call', when)),
  ...everywhere.map((when) => killAt('tool effect', when)),
  ...everywhere.map((when) => killAt('end', when)),
]

/** The commit has happened, and the node that asked for it does not learn so. Nothing is killed. */
export const unknownCommits: readonly Fault[] = (['send', 'claim', 'append', 'tool effect', 'end'] as const).map((name) => {
  let sprung = 0
  return {
    name: `commit of ${name} unknown`,
    prepare: async ({ cluster }) => {
      sprung = 0
      for (const { postgres } of cluster.nodes) {
        postgres.trap({ statement: statements[name], when: 'after' }, () => {
          sprung += 1
        })
      }
    },
    strike: async ({ signal, miss }) => {
      const patience = AbortSignal.any([signal, AbortSignal.timeout(placePatienceMs)])
      while (sprung === 0 && !patience.aborted) await sleep(20)
      if (sprung === 0) miss()
    },
  }
})
