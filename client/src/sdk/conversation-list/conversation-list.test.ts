import type { Activity, Conversation } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { refusal, toConversation } from '../../../test/fake-log-server.ts'
import { createValueStore } from '../../lib/value-store.ts'
import type { ConnectionState } from '../transport/connection.ts'
import { createConversationList, type ConversationListOptions } from './conversation-list.ts'
import type { ConversationPage } from './conversation-pages.ts'

const at = (hour: number) => `2026-03-01T${String(hour).padStart(2, '0')}:00:00.000Z`
const make = (id: string, hour: number, change: Partial<Conversation> = {}) =>
  toConversation(id, { updatedAt: at(hour), ...change })

interface FollowHandlers {
  readonly onData: (item: { readonly data: Activity[] }) => void
  readonly onError: (error: Error) => void
}

/** A list whose activity and responses the test decides. */
function openList(options: ConversationListOptions = {}) {
  let hear: (activity: Activity) => void = () => undefined
  let refuse: (error: Error) => void = () => undefined
  let followed = 0
  const asked: {
    readonly input: object
    readonly answer: (page: ConversationPage) => void
    readonly fail: (error: Error) => void
  }[] = []
  const trpc = {
    activity: {
      follow: {
        subscribe: (_: object, { onData, onError }: FollowHandlers) => {
          followed += 1
          hear = (activity) => onData({ data: [activity] })
          refuse = onError
          return { unsubscribe: () => undefined }
        },
      },
    },
    conversations: {
      list: {
        query: (input: object) =>
          new Promise((answer, fail) => {
            asked.push({ input, answer, fail })
          }),
      },
    },
  }
  const connection = { ...createValueStore<ConnectionState>({ status: 'live' }), retryNow: () => undefined }
  const list = createConversationList({ trpc: trpc as never, connection }, options)
  const answer = async (items: Conversation[], nextCursor: string | null = null) => {
    const count = asked.length
    asked.at(-1)?.answer({ items, nextCursor })
    await new Promise((resolve) => setImmediate(resolve))
    return asked.length - count
  }
  return {
    list,
    asked,
    answer,
    hear: (activity: Activity) => hear(activity),
    refuse: (error: Error) => refuse(error),
    followed: () => followed,
    ids: () => list.getSnapshot().conversations.map(({ id }) => id),
  }
}

test('a list is loading until the first activity has it read, and follows changes from then on', async () => {
  const { list, hear, answer, ids, asked } = openList()
  expect(list.getSnapshot()).toMatchObject({ status: 'loading', conversations: [], more: 'none' })
  hear({ type: 'refetch' })
  expect(asked).toMatchObject([{ input: { archived: false, trashed: false, limit: 40 } }])
  await answer([make('a', 3), make('b', 2)])
  expect(list.getSnapshot().status).toBe('ready')
  hear({ type: 'conversation', conversation: make('b', 5) })
  expect(ids()).toEqual(['b', 'a'])
  hear({ type: 'conversation', conversation: make('a', 6, { archived: true }) })
  expect(ids()).toEqual(['b'])
  hear({ type: 'conversation-removed', conversationId: 'b' })
  expect(ids()).toEqual([])
})

test('what did not change keeps its identity', async () => {
  const { list, hear, answer } = openList()
  hear({ type: 'refetch' })
  await answer([make('a', 3), make('b', 2)])
  const [before] = list.getSnapshot().conversations
  expect(list.getSnapshot()).toBe(list.getSnapshot())
  hear({ type: 'conversation', conversation: make('b', 2, { title: 'Changed' }) })
  expect(list.getSnapshot().conversations[0]).toBe(before)
})

test('a change that is heard while the list is being read is not lost in the response', async () => {
  const { hear, answer, ids } = openList()
  hear({ type: 'refetch' })
  hear({ type: 'conversation', conversation: make('new', 9) })
  hear({ type: 'conversation-removed', conversationId: 'gone' })
  await answer([make('a', 3), make('gone', 2)])
  expect(ids()).toEqual(['new', 'a'])
})

test('the next page is added below, and all loaded pages are read again after a gap', async () => {
  const { list, asked, hear, answer, ids } = openList({ limit: 1 })
  hear({ type: 'refetch' })
  await answer([make('a', 3)], 'second')
  expect(list.getSnapshot().more).toBe('available')
  const loaded = list.loadMore()
  void list.loadMore()
  expect(list.getSnapshot().more).toBe('loading')
  expect(asked).toHaveLength(2)
  expect(asked[1]).toMatchObject({ input: { cursor: 'second' } })
  await answer([make('b', 2)])
  await loaded
  expect(ids()).toEqual(['a', 'b'])
  expect(list.getSnapshot().more).toBe('none')
  hear({ type: 'refetch' })
  expect(await answer([make('c', 4)], 'second')).toBe(1)
  expect(ids(), 'the old list stays until the new one is there').toEqual(['a', 'b'])
  await answer([make('a', 3)])
  expect(ids()).toEqual(['c', 'a'])
})

test('a list that the server refuses has failed, and says why', async () => {
  const { list, hear, asked } = openList()
  hear({ type: 'refetch' })
  asked[0]?.fail(refusal('FORBIDDEN', 403))
  await expect.poll(() => list.getSnapshot().status).toBe('failed')
  expect(list.getSnapshot().failure).toMatchObject({ code: 'FORBIDDEN' })
})

test('a list whose activity was refused is followed again from the next start on', async () => {
  const { list, hear, refuse, answer, followed, ids } = openList()
  list.start()
  expect(followed()).toBe(1)
  refuse(refusal('UNAUTHORIZED', 401))
  expect(list.getSnapshot()).toMatchObject({ status: 'failed', failure: { code: 'UNAUTHORIZED' } })
  list.start()
  expect(followed()).toBe(2)
  hear({ type: 'refetch' })
  await answer([make('a', 1)])
  expect(list.getSnapshot()).toMatchObject({ status: 'ready', failure: null })
  expect(ids()).toEqual(['a'])
})

test('the trash is read again when a conversation goes there', async () => {
  const { hear, answer, ids, asked } = openList({ trashed: true })
  hear({ type: 'refetch' })
  await answer([])
  hear({ type: 'conversation-removed', conversationId: 'a' })
  expect(asked).toHaveLength(2)
  await answer([make('a', 3)])
  hear({ type: 'conversation', conversation: make('a', 4) })
  expect(ids(), 'it was restored').toEqual([])
})

test('a closed list stays as it was', async () => {
  const { list, hear, answer, ids } = openList()
  hear({ type: 'refetch' })
  list.close()
  await answer([make('a', 3)])
  expect(ids()).toEqual([])
})
