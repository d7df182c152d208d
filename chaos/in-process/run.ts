import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type TestUser } from '../../server/testing/create-test-app.ts'
import { takeJobAway } from '../../server/test/chaos-queries.ts'
import { createSeededRandom } from '../../server/test/seeded-random.ts'
import type { Fate } from '../model.ts'
import { judge, type Verdict } from '../oracle.ts'
import { openParty, type Asked } from '../party.ts'
import type { World } from './world.ts'

/** The kinds of trouble of one run, for the table: a run counts for each that it met. */
export type Trouble = 'takeover' | 'dropped sockets' | 'provider' | 'cancel' | 'late reader'

export interface InProcessResult extends Verdict {
  readonly seed: number
  readonly troubles: readonly Trouble[]
  readonly secondsToGoOn: readonly number[]
}

/** After it an answer counts as stuck. Generous: a machine that others use, too, stops a program for seconds. */
const deadlineMs = 300_000

/**
 * One conversation with one to three questions, two to four readers on both nodes, and troubles that the seed chooses. The bus and the
 * database connections fail all the while. The seed decides what is done; what runs first is up to the machine.
 */
export async function runInProcess(world: World, seed: number): Promise<InProcessResult> {
  const random = createSeededRandom(seed)
  const upTo = (count: number) => Math.floor(random() * count)
  const user = world.users[seed % world.users.length]
  const [one, two] = world.nodes
  if (!user || !one || !two) throw new Error('the world is empty')
  const deadline = AbortSignal.timeout(deadlineMs)
  const clients: Omit<TestUser, 'cookie'>[] = [connect(one.url, user.token), connect(two.url, user.token)]
  const [here, there] = clients
  if (!here || !there) throw new Error('nobody is there')
  const troubles = new Set<Trouble>()
  const party = await openParty(here.client, deadline)
  try {
    party.join(here.client, 'the reader at node 1')
    party.join(there.client, 'the reader at node 2')
    if (random() < 0.3) party.join(there.sseClient, 'the reader of server-sent events')
    const count = 1 + upTo(3)
    const asking: Promise<Asked>[] = []
    for (let index = 0; index < count; index += 1) {
      const nonce = `s${seed}q${index}`
      const question = {
        nonce,
        words: 1 + upTo(40),
        perSecond: random() < 0.4 ? 0 : 50 + upTo(500),
        tasks: random() < 0.25 ? 1 + upTo(2) : 0,
      }
      if (random() < 0.35) {
        troubles.add('provider')
        world.model.doom(nonce, ...Array.from({ length: 1 + upTo(2) }, () => toFate(random, question.words)))
      }
      asking.push(party.ask(question, deadline))
      if (random() < 0.5) await sleep(upTo(30))
    }
    const all = await Promise.all(asking)
    const settling = Promise.all(all.map((each) => party.settle(each, deadline)))
    const trouble = async (target: Asked): Promise<Trouble | null> => {
      const fate = random()
      const client = clients[upTo(clients.length)] ?? here
      if (fate < 0.4) return (await takeJobAway(world.database.queries, target.messageId)) ? 'takeover' : null
      if (fate < 0.7) {
        client.dropSocket()
        return 'dropped sockets'
      }
      if (fate >= 0.8) {
        party.join(client.client, 'a reader that came later')
        return 'late reader'
      }
      if (target.settledAt !== null) return null
      // Questions behind it are cancelled with it.
      for (const each of all.slice(all.indexOf(target))) each.isCancelled = true
      await party.cancel(target, deadline)
      return 'cancel'
    }
    for (let left = upTo(4); left > 0; left -= 1) {
      await sleep(upTo(80))
      const target = all[upTo(all.length)]
      const met = target ? await trouble(target) : null
      if (met !== null) troubles.add(met)
    }
    await settling
    for (const reader of party.readers)
      await reader.until(() => all.every(({ messageId }) => reader.message(messageId) !== undefined), deadline)
    const verdict = await judge(party, world.database.queries)
    const silence = (id: string) => Math.max(...party.readers.map((reader) => reader.longestSilenceMs(id)))
    const secondsToGoOn = all.map(({ messageId }) => silence(messageId) / 1_000)
    return { seed, troubles: [...troubles], secondsToGoOn, ...verdict }
  } finally {
    party.stop()
    await Promise.all(clients.map((client) => client.close()))
  }
}

function toFate(random: () => number, words: number): Fate {
  const kinds = ['reset', 'truncate', 'stall', 'refuse', 'garbage', 'lie'] as const
  return {
    kind: kinds[Math.floor(random() * kinds.length)] ?? 'reset',
    at: Math.floor(random() * words),
    stallMs: random() * 200,
  }
}
