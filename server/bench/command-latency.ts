import { randomUUID } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Database } from '../src/platform/database/database.ts'
import { refreshStatistics } from '../src/event-log/log-janitor.ts'
import type { TestApp, TestUser } from '../testing/create-test-app.ts'
import { text } from '../testing/scripted-provider/index.ts'
import { percentile, timeEach, type Figure } from './figures.ts'
import { createLongConversation } from './long-conversation.ts'

const { conversations, messages } = schema
const runs = 200

/** The latency of commands that a user waits for: sending, opening, renaming; in short and in long conversations. */
export async function measureCommands(app: TestApp, database: Database): Promise<Figure[]> {
  const user = await app.createUser()
  app.provider.script(text('ok'))
  const long = await createLongConversation(database, user, 5_000)
  const short = await createLongConversation(database, user, 10)
  // As the server does every ten minutes.
  await refreshStatistics(database)
  const sends = await timeSends(user, { short, long })
  const sendMethod = `${runs} sends each, in turn, over HTTP, each under the conversation's last message; answer awaited between`
  const toProvider = await timeToProvider(app, user)
  const open = await timeEach(runs, () => user.client.conversations.get.query({ conversationId: long }))
  const { queries } = database
  const insert = await timeEach(runs, (index) => {
    const now = new Date()
    return queries.insert(messages).values({
      id: uuidv7(),
      conversationId: short,
      role: 'user',
      status: 'completed',
      parts: JSON.stringify([{ type: 'text', text: 'lorem ipsum '.repeat(20) }]),
      addedSeq: 1_000_000 + index,
      createdAt: now,
      updatedAt: now,
    })
  })
  const update = await timeEach(runs, (index) =>
    queries
      .update(conversations)
      .set({ title: `Title ${index}` })
      .where(eq(conversations.id, short)),
  )
  return [
    {
      name: 'Send → request at the provider, p95',
      value: percentile(toProvider, 0.95),
      unit: 'ms',
      limit: 50,
      method: `${runs} sends over HTTP`,
    },
    {
      name: 'Send at 5,000 messages ÷ at 10, p95',
      value: percentile(sends.long, 0.95) / percentile(sends.short, 0.95),
      unit: '×',
      limit: 1.2,
      method: sendMethod,
    },
    {
      name: 'Send in a conversation of 5,000, p95',
      value: percentile(sends.long, 0.95),
      unit: 'ms',
      limit: 50,
      method: sendMethod,
    },
    {
      name: 'Last 100 of 5,000 messages, p95',
      value: percentile(open, 0.95),
      unit: 'ms',
      limit: 50,
      method: `${runs} × conversations.get over HTTP`,
    },
    {
      name: 'Insert of a message, p95',
      value: percentile(insert, 0.95),
      unit: 'ms',
      limit: 10,
      method: `${runs} single inserts`,
    },
    {
      name: 'Update of a conversation, p95',
      value: percentile(update, 0.95),
      unit: 'ms',
      limit: 5,
      method: `${runs} single updates`,
    },
  ]
}

/** Alternating, so that a slow moment of the machine meets both. */
async function timeSends(user: TestUser, ids: { short: Id; long: Id }) {
  const samples = { short: [] as number[], long: [] as number[] }
  const leaf = { short: undefined as Id | undefined, long: undefined as Id | undefined }
  const root = {
    short: (await user.client.conversations.get.query({ conversationId: ids.short })).conversation.activeMessageId,
    long: (await user.client.conversations.get.query({ conversationId: ids.long })).conversation.activeMessageId,
  }
  for (let index = -10; index < runs; index += 1) {
    for (const which of ['short', 'long'] as const) {
      const conversationId = ids[which]
      const started = performance.now()
      // Always under the same message: the two conversations keep their lengths.
      const sent = await user.client.messages.send.mutate({
        requestId: randomUUID(),
        conversationId,
        parentId: root[which],
        content: 'hello',
      })
      if (index >= 0) samples[which].push(performance.now() - started)
      leaf[which] = sent.assistantMessageId
      await waitUntilIdle(user, conversationId)
    }
  }
  return samples
}

async function waitUntilIdle(user: TestUser, conversationId: Id) {
  while ((await user.client.messages.status.query({ conversationId })).hasActiveGeneration) {
    await new Promise((resolve) => {
      setTimeout(resolve, 2)
    })
  }
}

async function timeToProvider(app: TestApp, user: TestUser): Promise<number[]> {
  return timeEach(runs, async () => {
    const index = app.provider.calls
    const request = app.provider.request(index)
    const { conversationId } = await user.client.messages.send.mutate({ requestId: randomUUID(), content: 'hello' })
    await request
    void conversationId
  })
}
