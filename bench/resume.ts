import { randomUUID } from 'node:crypto'
import { connect, createTestUser, type TestUser } from '../server/testing/create-test-app.ts'
import { tokens } from '../server/testing/scripted-provider/index.ts'
import { connectBare } from '../server/bench/bare-trpc-client.ts'
import { startProduct, type Kind } from './parts/product.ts'
import { startBareServer } from './parts/references.ts'
import { isShort, percentile, report, type Line } from './parts/report.ts'

/**
 * A reader that comes back and gets 32 KB of a log that it missed ÷ a bare tRPC subscription that sends 32 KB; and clients that are all
 * dropped at the same moment, until the last one has caught up ÷ the same number of bare subscriptions.
 */
const resumes = isShort ? 20 : 200
const crowd = isShort ? 100 : 2_000
const conversations = isShort ? 10 : 100
const bytes = 32 * 1_024

const lines: Line[] = []
for (const kind of (isShort ? ['pglite'] : ['pglite', 'postgres']) as Kind[]) {
  await using product = await startProduct(kind)
  await using bare = await startBareServer()
  const url = product.servers[0]?.url ?? ''
  // Words of eight bytes, so that an answer of 4,096 of them has 32 KB.
  product.provider.script(async (reply) => {
    for (let index = 0; index < bytes / 8; index += 16)
      await reply.tokens(Array.from({ length: 16 }, (_, n) => `${String(index + n).padStart(7, 'w')} `))
    await reply.finish()
  })
  const user = await createTestUser(url)
  const { conversationId } = await user.client.messages.send.mutate({ requestId: randomUUID(), content: 'Tell me' })
  const whole = await readUntil(user, conversationId, undefined, (event) => event.type === 'generation-ended')

  const resumed: number[] = []
  const bareMs: number[] = []
  for (let index = 0; index < resumes; index += 1) {
    const startedAt = performance.now()
    await readUntil(user, conversationId, '2', (_, cursor) => cursor >= whole)
    resumed.push(performance.now() - startedAt)
    const client = connectBare(bare.url)
    const bareStartedAt = performance.now()
    await readBare(client)
    bareMs.push(performance.now() - bareStartedAt)
    await client.close()
  }
  const [ours, theirs] = [percentile(resumed, 0.5), percentile(bareMs, 0.5)]
  lines.push({ name: `${kind}: resume of 32 KB ÷ bare subscription of 32 KB`, value: ours / theirs, unit: '×', atMost: 3 })
  lines.push({ name: `${kind}: resume of 32 KB, median`, value: ours, unit: 'ms' })

  // A crowd: each with a socket of its own, on a hundred conversations.
  product.provider.script(tokens(3))
  const ids = [conversationId]
  while (ids.length < conversations) {
    const sent = await user.client.messages.complete.mutate({ requestId: randomUUID(), content: 'Hello' })
    ids.push(sent.conversationId)
  }
  const people = Array.from({ length: crowd }, () => connect(url, user.token))
  const heard = Array.from({ length: crowd }, () => 0)
  const following = people.map(({ client }, index) =>
    client.conversations.follow.subscribe(
      { conversationId: ids[index % ids.length] ?? conversationId },
      {
        onStarted: () => {
          heard[index] = (heard[index] ?? 0) + 1
        },
        // An error ends a subscription for good: who is not back within the time has lost something.
        onError: () => {
          heard[index] = Number.NEGATIVE_INFINITY
        },
      },
    ),
  )
  await until(() => heard.every((count) => count >= 1))
  const droppedAt = performance.now()
  for (const person of people) person.dropSocket()
  await until(() => heard.every((count) => count >= 2))
  const crowdMs = performance.now() - droppedAt
  for (const each of following) each.unsubscribe()
  await Promise.all(people.map((person) => person.close()))

  const bareClients = Array.from({ length: crowd }, () => connectBare(bare.url))
  const bareHeard = Array.from({ length: crowd }, () => 0)
  const bareFollowing = bareClients.map(({ client }, index) =>
    client.tokens.subscribe(
      { perSecond: 0.001, count: 2, bytes: 1_024 },
      {
        onStarted: () => {
          bareHeard[index] = (bareHeard[index] ?? 0) + 1
        },
      },
    ),
  )
  await until(() => bareHeard.every((count) => count >= 1))
  const bareDroppedAt = performance.now()
  for (const client of bareClients) client.dropSocket()
  await until(() => bareHeard.every((count) => count >= 2))
  const bareCrowdMs = performance.now() - bareDroppedAt
  for (const each of bareFollowing) each.unsubscribe()
  await Promise.all(bareClients.map((client) => client.close()))
  lines.push({ name: `${kind}: ${crowd} clients dropped, all back ÷ bare`, value: crowdMs / bareCrowdMs, unit: '×', atMost: 3 })
  lines.push({ name: `${kind}: ${crowd} clients dropped, all back`, value: crowdMs / 1_000, unit: 's' })
  await user.close()
}
report('resume', lines)
process.exit()

async function readUntil(
  user: Pick<TestUser, 'client'>,
  conversationId: string,
  lastEventId: string | undefined,
  isEnd: (event: { readonly type: string }, cursor: number) => boolean,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const subscription = user.client.conversations.follow.subscribe(
    { conversationId, ...(lastEventId === undefined ? {} : { lastEventId }) },
    {
      onData: ({ data }) => {
        const found = data.find(({ event, seq }) => isEnd(event, seq))
        if (found) resolve(found.seq)
      },
      onError: reject,
    },
  )
  const seq = await promise
  subscription.unsubscribe()
  return seq
}

async function readBare({ client }: ReturnType<typeof connectBare>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const subscription = client.tokens.subscribe({ perSecond: 1, count: 0, bytes }, { onData: () => resolve(), onError: reject })
  await promise
  subscription.unsubscribe()
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}
