import { randomUUID } from 'node:crypto'
import type { Id } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { connect, createTestUser } from '../testing/create-test-app.ts'
import { createDataDirectory } from '../testing/data-directory.ts'
import { follow } from './follow.ts'
import { createScriptedProvider, tokensText } from '../testing/scripted-provider/index.ts'
import { createSeededRandom } from './seeded-random.ts'
import { startServerProcess, type ServerProcess } from '../testing/server-process.ts'

/** `npm run chaos` kills more often, and at chosen places. */
const kills = Number(process.env['HOLDFAST_KILLS'] ?? 10)
const firstSeed = Number(process.env['HOLDFAST_SEED'] ?? 1)
const answerTokens = 300

interface Shown {
  readonly conversationId: Id
  readonly messageId: Id
  /** The longest text that a client has displayed. */
  text: string
}

test(
  `${kills} times kill -9: every answer is finished without a click, and holds every text that any client displayed`,
  { timeout: 900_000 },
  async () => {
    await using directory = await createDataDirectory()
    await using provider = await createScriptedProvider()
    const env = { DATA_DIR: directory.path, OPENAI_BASE_URL: provider.baseUrl, OPENAI_MODEL: 'scripted-1' }
    let server = await startServerProcess(env)
    try {
      const { cookie, token, close } = await createTestUser(server.url)
      await close()
      const all: Shown[] = []
      for (let seed = firstSeed; seed < firstSeed + kills; seed += 1) {
        const shown = await streamAndKill(server, token, createSeededRandom(seed))
        all.push(...shown)
        server = await startServerProcess(env)
        await expectAllSafe(server, await renewToken(server.url, cookie), shown, seed)
      }
      // Data that survived one crash survives the others.
      await expectAllSafe(server, await renewToken(server.url, cookie), all, firstSeed)
      expect(all.some((one) => one.text.length > 0)).toBe(true)
    } finally {
      await server[Symbol.asyncDispose]()
    }
  },
)

/** Several answers stream; the server is killed after a random number of batches that a reader has seen. */
async function streamAndKill(server: ServerProcess, token: string, random: () => number): Promise<Shown[]> {
  const user = connect(server.url, token)
  const killAfter = Math.floor(random() * 120)
  const shown: Shown[] = []
  const count = 1 + Math.floor(random() * 3)
  for (let index = 0; index < count; index += 1) {
    const rate = 50 + Math.floor(random() * 400)
    const content = `tokens ${answerTokens} at ${rate}`
    const sent = await user.client.messages.send.mutate({ requestId: randomUUID(), content })
    shown.push({ conversationId: sent.conversationId, messageId: sent.assistantMessageId, text: '' })
  }
  const followers = shown.map((one) => ({ one, follower: follow(user.client, one.conversationId) }))
  const batches = () => followers.reduce((sum, { follower }) => sum + follower.batches.length, 0)
  const idle = () => followers.every(({ one, follower }) => follower.message(one.messageId)?.status === 'completed')
  await Promise.race(followers.map(({ follower }) => follower.until(() => batches() >= killAfter || idle())))
  await server.end('SIGKILL')
  for (const { one, follower } of followers) {
    one.text = follower.message(one.messageId)?.content ?? ''
    follower.stop()
  }
  await user.close()
  return shown
}

async function expectAllSafe(server: ServerProcess, token: string, shown: readonly Shown[], seed: number): Promise<void> {
  const user = connect(server.url, token)
  for (const { conversationId, messageId, text } of shown) {
    const reader = follow(user.client, conversationId)
    await reader.until((state) => state.conversation !== null && !state.conversation.hasActiveGeneration)
    reader.stop()
    const stored = await user.client.messages.content.query({ messageId })
    const where = `seed ${seed}, message ${messageId}`
    expect(stored.status, where).toBe('completed')
    expect(stored.content.startsWith(text), `${where}: what was shown is there`).toBe(true)
    expect(stored.content, `${where}: whole, nothing missing or doubled`).toBe(tokensText(answerTokens))
  }
  await user.close()
}

async function renewToken(url: string, cookie: string): Promise<string> {
  const response = await fetch(`${url}/api/auth/token`, { headers: { cookie } })
  return ((await response.json()) as { token: string }).token
}
