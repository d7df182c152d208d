import { setTimeout as sleep } from 'node:timers/promises'
import { createSeededRandom } from '../server/test/seeded-random.ts'
import type { Cluster } from './cluster.ts'
import type { Fault } from './faults/fault.ts'
import { judge } from './oracle.ts'
import { openParty, type Party } from './party.ts'
import type { Violation } from './reader.ts'

export interface RealResult {
  readonly fault: string
  readonly seed: number
  readonly answers: number
  readonly stuck: number
  readonly withoutClick: number
  readonly violations: readonly Violation[]
  /** For each answer: the longest time for which one of its readers heard nothing of it, until it went on. */
  readonly secondsToGoOn: readonly number[]
}

const deadlineMs = 240_000
const conversationsPerRun = 3

/** One fault under load: a few conversations with answers under way, the fault, and the oracle over all of them. Null: the fault never came. */
export async function runReal(cluster: Cluster, fault: Fault, seed: number): Promise<RealResult | null> {
  const random = createSeededRandom(seed)
  const signal = AbortSignal.timeout(deadlineMs)
  let isMissed = false
  const miss = () => {
    isMissed = true
  }
  const input = { cluster, random, signal, miss }
  const parties: Party[] = []
  try {
    for (let index = 0; index < conversationsPerRun; index += 1) {
      const user = cluster.users[index % cluster.users.length]
      const other = cluster.users[index % cluster.users.length]
      if (!user || !other) throw new Error('nobody is there')
      const party = await openParty(user.client, signal)
      parties.push(party)
      party.join(user.client, 'a reader')
      party.join(index === 0 ? user.sseClient : user.client, index === 0 ? 'a reader of server-sent events' : 'a second reader')
    }
    await fault.prepare?.(input)
    const asking = Promise.all(
      parties.map((party, index) =>
        party.ask(
          {
            nonce: `r${seed}p${index}`,
            words: 60 + Math.floor(random() * 60),
            perSecond: 20 + Math.floor(random() * 40),
            tasks: index === 2 ? 2 : 0,
          },
          signal,
        ),
      ),
    )
    const hasBegun = () => parties.some((party) => party.readers.some((reader) => reader.records() > 4))
    await Promise.race([asking.then(() => parties[0]?.readers[0]?.until(hasBegun, signal)), sleep(5_000)])
    await sleep(random() * 1_000)
    const striking = fault.strike(input)
    const settling = asking.then((all) => Promise.all(all.map(async (one, index) => parties[index]?.settle(one, signal))))
    await striking
    await settling
    await heal(cluster)
    const verdicts = await Promise.all(parties.map((party) => judge(party, cluster.queries)))
    if (isMissed && verdicts.every(({ violations, stuck }) => violations.length === 0 && stuck === 0)) return null
    return {
      fault: fault.name,
      seed,
      answers: verdicts.reduce((sum, { answers }) => sum + answers, 0),
      stuck: verdicts.reduce((sum, { stuck }) => sum + stuck, 0),
      withoutClick: verdicts.reduce((sum, { withoutClick }) => sum + withoutClick, 0),
      violations: verdicts.flatMap(({ violations }) => violations),
      secondsToGoOn: parties.flatMap(({ asked, readers }) =>
        asked.map(({ messageId }) => Math.max(...readers.map((reader) => reader.longestSilenceMs(messageId))) / 1_000),
      ),
    }
  } finally {
    for (const party of parties) party.stop()
  }
}

/** The next fault begins with a whole cluster and right clocks. */
export async function heal(cluster: Cluster): Promise<void> {
  cluster.model.doomNext(null)
  for (const { postgres } of cluster.nodes) {
    postgres.clearTraps()
    postgres.refuse(false)
    postgres.troubleNotices(null)
  }
  cluster.clientLine.refuse(false)
  cluster.providerLine.refuse(false)
  for (const node of cluster.nodes) {
    if (node.hasWrongClock) {
      await node.process?.end('SIGTERM')
      node.process = null
    }
    if (node.process === null) await node.start()
  }
}
