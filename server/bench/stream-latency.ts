import { randomUUID } from 'node:crypto'
import { createTestUser } from '../testing/create-test-app.ts'
import { createScriptedProvider, text } from '../testing/scripted-provider/index.ts'
import { startServerProcess } from '../testing/server-process.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'
import { percentile, type Figure } from './figures.ts'

const generations = 50
const tokensPerSecond = 50
const seconds = 12
/** The first two seconds, in which 50 answers start and the code is compiled, are not counted. */
const warmUpSeconds = 2

/**
 * From the moment at which the provider writes a token to its socket until the subscribed client has it: parsing, the log's commit,
 * the hub, the socket. The server is a process of its own with its database on disk, as people run it; the provider and the clients
 * share this one, and with it a clock.
 */
export async function measureStreamLatency(): Promise<Figure[]> {
  await using provider = await createScriptedProvider()
  await using directory = await createTemporaryDirectory()
  await using server = await startServerProcess({
    DATA_DIR: directory.path,
    OPENAI_BASE_URL: provider.baseUrl,
    OPENAI_MODEL: 'scripted-1',
  })
  // A socket takes at most 32 calls in a frame; people have a socket each anyway.
  const users = await Promise.all(Array.from({ length: 10 }, () => createTestUser(server.url)))
  provider.scriptCompletion(text('A name'))
  const writtenAt = new Map<string, number>()
  const samples: number[] = []
  provider.script(async (reply) => {
    const { index } = reply.request
    const started = performance.now()
    for (let token = 0; token < tokensPerSecond * seconds; token += 1) {
      const due = started + (token * 1_000) / tokensPerSecond
      const wait = due - performance.now()
      if (wait > 0) {
        await new Promise((resolve) => {
          setTimeout(resolve, wait)
        })
      }
      const word = `<${index}.${token}>`
      if (token >= warmUpSeconds * tokensPerSecond) writtenAt.set(word, performance.now())
      await reply.tokens([word])
    }
    await reply.finish()
  })
  await Promise.all(
    Array.from({ length: generations }, async (_, index) => {
      await new Promise((resolve) => {
        setTimeout(resolve, (index * 1_000) / tokensPerSecond / generations)
      })
      const user = users[index % users.length]
      if (!user) return
      const { conversationId, assistantMessageId } = await user.client.messages.send.mutate({
        requestId: randomUUID(),
        content: 'go',
      })
      await new Promise<void>((resolve, reject) => {
        const subscription = user.client.conversations.follow.subscribe(
          { conversationId },
          {
            onData: ({ data }) => {
              const now = performance.now()
              for (const { event } of data) {
                if (event.type === 'text-delta') {
                  for (const token of event.text.match(/<[^>]+>/gu) ?? []) {
                    const written = writtenAt.get(token)
                    if (written !== undefined) samples.push(now - written)
                  }
                }
                if (event.type === 'generation-ended' && event.messageId === assistantMessageId) {
                  subscription.unsubscribe()
                  resolve()
                }
              }
            },
            onError: reject,
          },
        )
      })
    }),
  )
  await Promise.all(users.map((user) => user.close()))
  const method = `${generations} answers × ${tokensPerSecond} tokens/s × ${seconds} s, ${samples.length} tokens, provider's write → subscribed client, WebSocket`
  return [
    { name: 'Added latency of a token, p50', value: percentile(samples, 0.5), unit: 'ms', limit: 10, method },
    { name: 'Added latency of a token, p99', value: percentile(samples, 0.99), unit: 'ms', limit: 30, method },
  ]
}
