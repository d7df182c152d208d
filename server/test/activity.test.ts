import type { Activity, Conversation } from '@holdfast/shared'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { followActivity } from '../src/activity/follow-activity.ts'
import type { Bus } from '../src/platform/bus/bus.ts'
import { createLocalBus } from '../src/platform/bus/local-bus.ts'
import { userTopic, type ActivityNotice } from '../src/event-log/topics.ts'
import { connect, createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { tokens, tokensText } from '../testing/scripted-provider/index.ts'
import { ask, send } from './send.ts'
import { tokenToUserId } from './token-to-user-id.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp({ overrides: { heartbeatMs: 100 } })
})
afterAll(() => app[Symbol.asyncDispose]())

/** A list of conversations as a sidebar keeps it. */
function watch(client: TestUser['client']) {
  const items: Activity[] = []
  const ids: string[] = []
  let batches = 0
  const waiting = new Set<() => void>()
  const subscription = client.activity.follow.subscribe(undefined, {
    onData: ({ id, data }) => {
      ids.push(id)
      batches += 1
      items.push(...data)
      for (const check of waiting) check()
    },
  })
  return {
    items,
    ids,
    batches: () => batches,
    last: (conversationId: string): Conversation | undefined =>
      items.findLast((item) => item.type === 'conversation' && item.conversation.id === conversationId) &&
      (
        items.findLast((item) => item.type === 'conversation' && item.conversation.id === conversationId) as {
          conversation: Conversation
        }
      ).conversation,
    until: (condition: () => boolean) =>
      new Promise<void>((resolve) => {
        const check = () => {
          if (!condition()) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
    stop: () => subscription.unsubscribe(),
  }
}

describe('the activity of a user', () => {
  test('[A1] begins with refetch, then tells every client of what others do', async () => {
    const user = await app.createUser()
    app.provider.script(tokens(3))
    const phone = connect(app.url, user.token)
    const lists = [watch(user.client), watch(user.sseClient), watch(phone.client)]
    for (const list of lists) await list.until(() => list.items.length > 0)
    const { conversationId } = await ask(phone, 'one')
    await phone.client.conversations.update.mutate({ conversationId, title: 'Mine', pinned: true })
    for (const list of lists) {
      await list.until(
        () => list.last(conversationId)?.pinned === true && list.last(conversationId)?.hasActiveGeneration === false,
      )
      expect(list.items[0]).toEqual({ type: 'refetch' })
      expect(list.items.filter(({ type }) => type === 'refetch')).toHaveLength(1)
    }
    const current = (await user.client.conversations.get.query({ conversationId })).conversation
    for (const list of lists) {
      await list.until(() => JSON.stringify(list.last(conversationId)) === JSON.stringify(current))
      list.stop()
    }
  })

  test('tells when an answer is being written and when it has ended, and never of its words', async () => {
    const user = await app.createUser()
    app.provider.script(tokens(200, { perSecond: 1_000 }))
    const list = watch(user.client)
    await list.until(() => list.items.length > 0)
    const { conversationId } = await send(user, 'one')
    await list.until(() => list.last(conversationId)?.state === 'thinking')
    await list.until(() => list.last(conversationId)?.unread === true)
    expect(list.last(conversationId)).toMatchObject({ state: 'idle', hasActiveGeneration: false, messageCount: 2 })
    expect(JSON.stringify(list.items)).not.toContain(tokensText(3))
    expect(list.items.filter(({ type }) => type === 'conversation').length).toBeLessThan(10)
    list.stop()
  })

  test('tells of a conversation that goes and comes back, and that the planner has changed', async () => {
    const user = await app.createUser()
    const list = watch(user.client)
    await list.until(() => list.items.length > 0)
    const { id: conversationId } = await user.client.conversations.create.mutate({})
    await user.client.conversations.delete.mutate({ conversationId })
    await list.until(() => list.items.at(-1)?.type === 'conversation-removed')
    expect(list.items.at(-1)).toEqual({ type: 'conversation-removed', conversationId })
    await user.client.conversations.restore.mutate({ conversationId })
    await list.until(() => list.items.at(-1)?.type === 'conversation')
    await user.client.tasks.add.mutate({ title: 'Buy milk' })
    await list.until(() => list.items.at(-1)?.type === 'planner')
    await user.client.conversations.delete.mutate({ conversationId, permanent: true })
    await list.until(() => list.items.at(-1)?.type === 'conversation-removed')
    list.stop()
  })

  test('[A4] says nothing to other users', async () => {
    const [user, other] = [await app.createUser(), await app.createUser()]
    const list = watch(other.client)
    await list.until(() => list.items.length > 0)
    const { id } = await user.client.conversations.create.mutate({})
    await user.client.conversations.delete.mutate({ conversationId: id })
    const { id: own } = await other.client.conversations.create.mutate({})
    await list.until(() => list.last(own) !== undefined)
    expect(list.items.map(({ type }) => type)).toEqual(['refetch', 'conversation'])
    list.stop()
  })

  test('[A1] begins with refetch again after the line broke', async () => {
    const user = await app.createUser()
    const list = watch(user.client)
    await list.until(() => list.items.length > 0)
    user.dropSocket()
    await list.until(() => list.items.filter(({ type }) => type === 'refetch').length === 2)
    const { id } = await user.client.conversations.create.mutate({})
    await list.until(() => list.last(id) !== undefined)
    expect(list.items.map(({ type }) => type)).toEqual(['refetch', 'refetch', 'conversation'])
    list.stop()
  })

  test('[A3] is silent but not dead: an empty batch with the same number now and then', async () => {
    const user = await app.createUser()
    const list = watch(user.client)
    await list.until(() => list.batches() >= 4)
    expect(list.items).toEqual([{ type: 'refetch' }])
    expect(new Set(list.ids).size).toBe(1)
    list.stop()
  })
})

describe('a bus that loses something', () => {
  const planner: Activity = { type: 'planner' }

  async function listen(n: number, { lastEventId, heartbeatMs = 10_000 }: { lastEventId?: string; heartbeatMs?: number } = {}) {
    const user = await app.createUser()
    const userId = tokenToUserId(user.token)
    for (let done = 0; done < n; done += 1) await user.client.conversations.create.mutate({})
    const reconnects = new Set<() => void>()
    const local = createLocalBus()
    const bus: Bus = { ...local, onReconnect: (listener) => (reconnects.add(listener), () => void reconnects.delete(listener)) }
    const stop = new AbortController()
    const followed = followActivity(
      {
        database: app.database,
        bus,
        activityCounts: { watch: () => () => {}, close: () => {} },
        models: { onChange: () => () => {} },
        heartbeatMs,
      },
      userId,
      stop.signal,
      lastEventId,
    )
    const publish = (notice: ActivityNotice) => bus.publish(userTopic(userId), notice)
    const next = async () => (await followed.next()).value ?? { n: -1, items: [] }
    return { publish, next, reconnect: () => reconnects.forEach((listener) => listener()), stop, followed, reconnects }
  }

  test.each([0, 1, 5])('is found out by the next number, also when nothing was heard before (after %i)', async (n) => {
    const { publish, next } = await listen(n)
    expect(await next()).toEqual({ n, items: [{ type: 'refetch' }] })
    publish({ n: n + 2, items: [planner] })
    expect(await next()).toEqual({ n: n + 2, items: [{ type: 'refetch' }] })
    publish({ n: n + 3, items: [planner] })
    expect(await next()).toEqual({ n: n + 3, items: [planner] })
  })

  test('[A2] is nothing when it only doubles', async () => {
    const { publish, next } = await listen(2)
    await next()
    publish({ n: 3, items: [planner] })
    publish({ n: 3, items: [planner] })
    publish({ n: 2, items: [planner] })
    expect(await next()).toEqual({ n: 3, items: [planner] })
    publish({ n: 4, items: [{ type: 'conversation-removed', conversationId: 'x' }] })
    expect((await next()).items).toHaveLength(1)
  })

  test('says refetch when it is back', async () => {
    const { reconnect, next, publish } = await listen(2)
    await next()
    publish({ n: 3, items: [planner] })
    reconnect()
    expect(await next()).toEqual({ n: 3, items: [{ type: 'refetch' }] })
  })

  test('[A1] a reader that resumes gets a refetch only when it has missed something', async () => {
    const current = await listen(2, { lastEventId: '2', heartbeatMs: 20 })
    expect(await current.next()).toEqual({ n: 2, items: [] })
    current.publish({ n: 3, items: [planner] })
    expect(await current.next()).toEqual({ n: 3, items: [planner] })
    const behind = await listen(2, { lastEventId: '1' })
    expect(await behind.next()).toEqual({ n: 2, items: [{ type: 'refetch' }] })
  })

  test('[A2] keeps of many changes to one thing the last, and of too many nothing but refetch', async () => {
    const { publish, next } = await listen(0)
    await next()
    const removed = (id: number): Activity => ({ type: 'conversation-removed', conversationId: `${id}` })
    for (let n = 1; n <= 50; n += 1) publish({ n, items: [removed(n % 2), planner] })
    expect(await next()).toEqual({ n: 50, items: [removed(1), removed(0), planner] })
    for (let n = 51; n <= 400; n += 1) publish({ n, items: [removed(n)] })
    const { items, n } = await next()
    expect(n).toBe(400)
    expect(items[0]).toEqual({ type: 'refetch' })
    expect(items.length).toBeLessThan(201)
  })

  test('leaves no listener behind when its reader goes', async () => {
    const { next, stop, followed, reconnects } = await listen(0)
    await next()
    const waiting = followed.next()
    expect(reconnects.size).toBe(1)
    stop.abort()
    expect((await waiting).done).toBe(true)
    expect(reconnects.size).toBe(0)
  })
})
