import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTestUser, type TestUser } from '../../server/testing/create-test-app.ts'
import type { Product } from './product.ts'

export interface Streamed {
  /** Milliseconds from the provider's write of a token until a reader has it: while all answers run. */
  readonly ages: readonly number[]
  /** The same for the second in which the answers end. */
  readonly agesAtEnd: readonly number[]
  readonly tokens: number
  /** From the first write to the last token at a reader. */
  readonly elapsedMs: number
}

interface Load {
  readonly answers: number
  readonly readers: number
  readonly perSecond: number
  readonly seconds: number
  /** The length of a token; without it as short as it can be. */
  readonly bytes?: number
}

/** The first tokens come while answers begin and code is compiled: they are not counted. */
const warmUpShare = 0.2

/** Runs answers side by side on the product and measures each token at each of its readers. */
export async function streamAnswers(product: Product, load: Load): Promise<Streamed> {
  const { provider, servers } = product
  const count = load.perSecond * load.seconds
  const writtenAt = new Map<string, number>()
  const ages: number[] = []
  const agesAtEnd: number[] = []
  let tokens = 0
  provider.script(async (reply) => {
    const { index } = reply.request
    const started = performance.now()
    for (let token = 0; token < count; token += 1) {
      const wait = started + (token * 1_000) / load.perSecond - performance.now()
      if (wait > 0) await reply.sleep(wait)
      const word = `<${index}.${token}>`
      if (token >= count * warmUpShare) writtenAt.set(word, performance.now())
      await reply.tokens([word + randomBytes(Math.floor(Math.max(0, (load.bytes ?? 0) - word.length) / 2)).toString('hex')])
    }
    await reply.finish()
  })
  // A socket takes at most 32 calls in a frame; people have a socket each anyway.
  const people = Math.min(20, load.answers)
  const owners = await Promise.all(
    Array.from({ length: people }, (_, index) => createTestUser(servers[index % servers.length]?.url ?? '')),
  )
  const startedAt = performance.now()
  const endingFrom = count - load.perSecond
  await Promise.all(
    Array.from({ length: load.answers }, async (_, index) => {
      await sleep((index * 1_000) / load.answers)
      const user = owners[index % owners.length]
      if (!user) return
      const { conversationId, assistantMessageId } = await user.client.messages.send.mutate({
        requestId: randomUUID(),
        content: 'go',
      })
      const read = () =>
        readToEnd(user, { conversationId, assistantMessageId }, (word) => {
          tokens += 1
          const written = writtenAt.get(word)
          if (written === undefined) return
          const isAtEnd = Number(word.slice(word.indexOf('.') + 1, -1)) >= endingFrom
          ;(isAtEnd ? agesAtEnd : ages).push(performance.now() - written)
        })
      await Promise.all(Array.from({ length: load.readers }, read))
    }),
  )
  const elapsedMs = performance.now() - startedAt
  await Promise.all(owners.map((user) => user.close()))
  return { ages, agesAtEnd, tokens, elapsedMs }
}

async function readToEnd(
  user: TestUser,
  { conversationId, assistantMessageId }: { conversationId: string; assistantMessageId: string },
  onToken: (word: string) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const subscription = user.client.conversations.follow.subscribe(
    { conversationId },
    {
      onData: ({ data }) => {
        for (const { event } of data) {
          if (event.type === 'text-delta') for (const word of event.text.match(/<[^>]+>/gu) ?? []) onToken(word)
          if (event.type === 'generation-ended' && event.messageId === assistantMessageId) resolve()
        }
      },
      onError: reject,
    },
  )
  await promise
  subscription.unsubscribe()
}
