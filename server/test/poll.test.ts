import { randomUUID } from 'node:crypto'
import { emptyConversationState, type Message } from '@holdfast/shared'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catchUp } from './catch-up.ts'
import { createLongPath } from './create-long-path.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { follow } from './follow.ts'
import { refused } from './refused.ts'
import { createGate, tokens, tokensText } from '../testing/scripted-provider/index.ts'
import { ask, send } from './send.ts'

let app: TestApp
const clock = { frozen: null as Date | null, now: () => clock.frozen ?? new Date() }

beforeAll(async () => {
  app = await createTestApp({ overrides: { clock } })
})
afterAll(() => app[Symbol.asyncDispose]())

/** A client that only polls, as a script without a socket would. */
function createPoller(user: TestUser, conversationId: string) {
  const known = new Map<string, Message>()
  let since: string | undefined
  return {
    known,
    poll: async () => {
      const answer = await user.client.messages.poll.query({ conversationId, since })
      for (const message of answer.messages) known.set(message.id, message)
      since = answer.now
      return answer
    },
  }
}

describe('polling', () => {
  test('[R15] with the time of the last answer misses nothing while answers are written side by side', async () => {
    const user = await app.createUser()
    app.provider.script(tokens(60, { perSecond: 200 }))
    const first = await send(user, 'one')
    const { conversationId } = first
    const poller = createPoller(user, conversationId)
    const answers = [first.assistantMessageId]
    for (let round = 0; ; round += 1) {
      const { hasMoreGenerating, hasMore, messages } = await poller.poll()
      for (const id of answers) expect(tokensText(60).startsWith(poller.known.get(id)?.content ?? '')).toBe(true)
      if (round === 2) {
        const edit = { requestId: randomUUID(), messageId: first.userMessageId, content: 'one again' }
        answers.push((await user.client.messages.edit.mutate(edit)).assistantMessageId)
      }
      if (round === 5) answers.push((await send(user, 'two', { conversationId, parentId: null })).assistantMessageId)
      if (round > 5 && !hasMoreGenerating && !hasMore) break
      expect(messages.length).toBeLessThanOrEqual(200)
    }
    await poller.poll()
    for (const leafId of answers) {
      const { messages } = await user.client.messages.list.query({ conversationId, leafId })
      expect(messages.at(-1)).toMatchObject({ status: 'completed', content: tokensText(60) })
      // A sibling that was added later is no reason to be given again.
      for (const { siblingIds: _, ...message } of messages) expect(poller.known.get(message.id)).toMatchObject(message)
    }
  })

  test('gives what has grown, with all of its text, and nothing that has not', async () => {
    const user = await app.createUser()
    const gate = createGate()
    app.provider.script(tokens(4))
    const old = await ask(user, 'one')
    app.provider.script(tokens(4, { stopAfter: 2, then: gate }))
    const { conversationId, assistantMessageId, userMessageId } = await send(user, 'two', { conversationId: old.conversationId })
    const reader = follow(user.client, conversationId)
    await reader.until(() => reader.message(assistantMessageId)?.content === tokensText(2))
    const poller = createPoller(user, conversationId)
    expect((await poller.poll()).messages).toHaveLength(4)
    expect(poller.known.get(assistantMessageId)).toEqual(reader.message(assistantMessageId))

    gate.open()
    await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
    const { messages, hasMoreGenerating, hasMore } = await poller.poll()
    expect(messages.map(({ id }) => id)).toContain(assistantMessageId)
    expect(messages.map(({ id }) => id)).not.toContain(old.userMessageId)
    expect(messages.find(({ id }) => id === assistantMessageId)).toMatchObject({ content: tokensText(4), status: 'completed' })
    expect([hasMoreGenerating, hasMore]).toEqual([false, false])
    expect(poller.known.has(userMessageId)).toBe(true)
    reader.stop()
  })

  test('misses nothing that happens at the very moment of the last answer', async () => {
    const user = await app.createUser()
    const gate = createGate()
    app.provider.script(tokens(4, { stopAfter: 2, then: gate }))
    try {
      clock.frozen = new Date()
      const { conversationId, assistantMessageId } = await send(user, 'one')
      const reader = follow(user.client, conversationId)
      await reader.until(() => reader.message(assistantMessageId)?.content === tokensText(2))
      const poller = createPoller(user, conversationId)
      const { now } = await poller.poll()
      expect(now).toBe(clock.frozen.toISOString())
      gate.open()
      await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
      await send(user, 'two', { conversationId })
      await poller.poll()
      expect(poller.known.get(assistantMessageId)).toMatchObject({ status: 'completed', content: tokensText(4) })
      expect(poller.known.size).toBe(4)
      reader.stop()
    } finally {
      clock.frozen = null
    }
  })

  test('[L3] misses nothing when the clock of the server goes back', async () => {
    const user = await app.createUser()
    app.provider.script(tokens(30, { perSecond: 300 }))
    try {
      clock.frozen = new Date(Date.now() + 1_000)
      const { conversationId } = await ask(user, 'one')
      const poller = createPoller(user, conversationId)
      await poller.poll()
      clock.frozen = new Date(Date.now() - 60 * 60_000)
      const second = await ask(user, 'two', { conversationId })
      await user.client.messages.edit.mutate({ requestId: randomUUID(), messageId: second.userMessageId, content: 'three' })
      const reader = follow(user.client, conversationId, { lastEventId: '0' })
      await reader.until(({ conversation }) => conversation?.hasActiveGeneration === false && conversation.messageCount === 6)
      await poller.poll()
      expect(poller.known.size).toBe(6)
      for (const message of poller.known.values()) expect(message).toEqual(reader.message(message.id))
      const times = reader.batches.flat().map(({ at }) => at)
      expect(times).toEqual(times.toSorted())
      for (const { createdAt, updatedAt } of poller.known.values()) expect(createdAt <= updatedAt).toBe(true)
      reader.stop()
    } finally {
      clock.frozen = null
    }
  })

  test('gives 200 at a time, also when all have the same time', async () => {
    const user = await app.createUser()
    const { conversationId, ids } = await createLongPath(app.database, user, 450)
    const poller = createPoller(user, conversationId)
    const sizes: [number, boolean][] = []
    for (let hasMore = true; hasMore;) {
      const answer = await poller.poll()
      sizes.push([answer.messages.length, answer.hasMore])
      hasMore = answer.hasMore
    }
    expect(sizes).toEqual([
      [200, true],
      [200, true],
      [50, false],
    ])
    expect([...poller.known.keys()].toSorted()).toEqual(ids.toSorted())
  })

  test('takes any time, and refuses what is none', async () => {
    const user = await app.createUser()
    app.provider.script(tokens(1))
    const { conversationId } = await ask(user, 'one')
    const { poll } = user.client.messages
    expect((await poll.query({ conversationId, since: '1970-01-01T00:00:00Z' })).messages).toHaveLength(2)
    expect((await poll.query({ conversationId, since: '9999-12-31T23:59:59.999Z' })).messages).toHaveLength(0)
    const time = '2026-01-01T00:00:00.000Z'
    const odd = [
      '',
      'now',
      '2026',
      '2026-01-01',
      '2026-13-01T00:00:00Z',
      `${time}~`,
      `${time}~nonsense`,
      `${time}~${'-'.repeat(36)}`,
    ]
    for (const since of [...odd, `~${randomUUID()}`, '0000-01-01T00:00:00Z', 'infinity', `${time}'; select 1 --`]) {
      expect(await refused(poll.query({ conversationId, since }))).toMatchObject({
        code: 'BAD_REQUEST',
        issues: [{ path: 'since', message: expect.stringContaining('must be a time') }],
      })
    }
  })
})

describe('one answer, asked for in three ways at every stage', () => {
  test('is the same', async () => {
    const user = await app.createUser()
    const gate = createGate()
    app.provider.script(tokens(6, { stopAfter: 3, then: gate }))
    const { conversationId, assistantMessageId: messageId } = await send(user, 'one')
    const queued = await send(user, 'two', { conversationId })
    // From the first event on, so that the time of each is known.
    const reader = follow(user.client, conversationId, { lastEventId: '0' })
    await reader.until(() => reader.message(messageId)?.content === tokensText(3))

    await catchUp(user, reader, { conversationId })
    const content = await user.client.messages.content.query({ messageId })
    const status = await user.client.messages.status.query({ conversationId })
    expect(content).toMatchObject({ id: messageId, content: tokensText(3), status: 'generating' })
    expect(content.lastUpdated).toBe(reader.message(messageId)?.updatedAt)
    expect(status).toEqual({
      hasActiveGeneration: true,
      generatingMessageId: queued.assistantMessageId,
      generatingMessageIds: [queued.assistantMessageId, messageId],
      lastUpdated: reader.batches.flat().at(-1)?.at,
    })
    const { messages } = await user.client.messages.list.query({ conversationId, leafId: messageId })
    expect(messages.at(-1)).toEqual(reader.message(messageId))

    // A reader that follows from the cursor of the content gets all of the rest.
    const from = { ...emptyConversationState, cursor: Number(content.cursor) }
    const rest = follow(user.client, conversationId, { lastEventId: content.cursor, from })
    gate.open()
    await reader.until(({ conversation }) => conversation?.hasActiveGeneration === false)
    await expect
      .poll(() => rest.batches.flat().some(({ event }) => event.type === 'generation-ended' && event.messageId !== messageId))
      .toBe(true)
    const deltas = rest.batches
      .flat()
      .flatMap(({ event }) => (event.type === 'text-delta' && event.messageId === messageId ? event : []))
    expect(deltas[0]?.offset).toBe(tokensText(3).length)
    expect(content.content + deltas.map(({ text }) => text).join('')).toBe(tokensText(6))
    expect(await user.client.messages.status.query({ conversationId })).toMatchObject({
      hasActiveGeneration: false,
      generatingMessageId: null,
      generatingMessageIds: [],
    })
    reader.stop()
    rest.stop()
  })
})
