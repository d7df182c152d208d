import { setTimeout as sleep } from 'node:timers/promises'
import type { Fate } from '../model.ts'
import type { Fault } from './fault.ts'

export const cutClients: Fault = {
  name: 'clients: all sockets reset',
  strike: async ({ cluster, random }) => {
    for (let times = 1 + Math.floor(random() * 4); times > 0; times -= 1) {
      cluster.clientLine.cut()
      await sleep(random() * 800)
    }
  },
}

export const silenceClients: Fault = {
  name: 'clients: sockets go half-open',
  strike: async ({ cluster }) => {
    cluster.clientLine.silence()
  },
}

export const pauseReaders: Fault = {
  name: 'clients: readers stop reading',
  strike: async ({ cluster, random }) => {
    const sockets = cluster.users.flatMap((user) => user.sockets())
    for (const socket of sockets) socket.pause()
    await sleep(2_000 + random() * 4_000)
    for (const socket of sockets) socket.resume()
  },
}

export const refuseClients: Fault = {
  name: 'clients: nobody gets through',
  strike: async ({ cluster, random }) => {
    cluster.clientLine.refuse(true)
    cluster.clientLine.cut()
    await sleep(random() * 4_000)
    cluster.clientLine.refuse(false)
  },
}

export const troubleNotices: Fault = {
  name: 'bus: notices lost, doubled, reordered',
  prepare: async ({ cluster, random }) => {
    for (const { postgres } of cluster.nodes) postgres.troubleNotices(random)
  },
  strike: async ({ cluster }) => {
    await sleep(3_000)
    for (const { postgres } of cluster.nodes) postgres.troubleNotices(null)
  },
}

export const cutBus: Fault = {
  name: 'bus: Redis cut, silent, cut',
  missing: ({ busLine }) => (busLine === null ? 'there is no Redis' : null),
  strike: async ({ cluster, random }) => {
    cluster.busLine?.cut()
    await sleep(random() * 1_000)
    cluster.busLine?.silence()
    await sleep(random() * 2_000)
    cluster.busLine?.cut()
  },
}

export const cutProvider: Fault = {
  name: 'provider: all connections reset',
  strike: async ({ cluster }) => {
    cluster.providerLine.cut()
  },
}

export const refuseProvider: Fault = {
  name: 'provider: unreachable for seconds',
  strike: async ({ cluster, random }) => {
    cluster.providerLine.refuse(true)
    cluster.providerLine.cut()
    await sleep(random() * 2_000)
    cluster.providerLine.refuse(false)
  },
}

function fateOfAll(name: string, kind: Fate['kind'], stallMs = 0): Fault {
  return {
    name: `provider: ${name}`,
    prepare: async ({ cluster, random }) => {
      cluster.model.doomNext(() => ({ kind, at: Math.floor(random() * 40), stallMs }))
    },
    strike: async () => {},
  }
}

export const providerFates: readonly Fault[] = [
  fateOfAll('ends without a reason', 'truncate'),
  fateOfAll('stalls for five seconds', 'stall', 5_000),
  fateOfAll('answers 503', 'refuse'),
  fateOfAll('sends what nobody knows', 'garbage'),
  fateOfAll('lies about its usage', 'lie'),
]

export const stallProvider: Fault = {
  name: 'provider: line stalls, then all at once',
  strike: async ({ cluster, random }) => {
    const resume = cluster.providerLine.stall()
    await sleep(1_000 + random() * 3_000)
    resume()
  },
}

export const stallClients: Fault = {
  name: 'clients: line stalls, then all at once',
  strike: async ({ cluster, random }) => {
    const resume = cluster.clientLine.stall()
    await sleep(1_000 + random() * 3_000)
    resume()
  },
}
