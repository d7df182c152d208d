import { InfiniteQueryObserver, QueryClient } from '@tanstack/react-query'
import type { Conversation } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { toConversation } from '../../../test/fake-log-server.ts'
import {
  pagesToConversations,
  putConversation,
  removeConversation,
  type ConversationPage,
  type ConversationPages,
} from '../../sdk/conversation-list/conversation-pages.ts'
import { createListChanges } from './list-changes.ts'

const queryKey = ['conversations', 'current']

/** A list whose responses the test resolves. */
function openList() {
  const queryClient = new QueryClient()
  const answers: ((items: readonly Conversation[], nextCursor?: string) => void)[] = []
  const observer = new InfiniteQueryObserver(queryClient, {
    queryKey,
    queryFn: () =>
      new Promise<ConversationPage>((resolve) =>
        answers.push((items, nextCursor) => resolve({ items: [...items], nextCursor: nextCursor ?? null })),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: ConversationPage) => page.nextCursor,
    staleTime: Number.POSITIVE_INFINITY,
  })
  observer.subscribe(() => {})
  const changes = createListChanges(queryClient)
  return {
    observer,
    answers,
    hear: (conversation: Conversation) => changes.change(queryKey, (pages) => putConversation(pages, conversation)),
    forget: (id: string) => changes.change(queryKey, (pages) => removeConversation(pages, id)),
    states: () =>
      pagesToConversations(queryClient.getQueryData<ConversationPages>(queryKey)).map(({ id, state }) => `${id} ${state}`),
    untilAsked: (times: number) => expect.poll(() => answers.length).toBe(times),
    untilAnswered: () => expect.poll(() => observer.getCurrentResult().fetchStatus).toBe('idle'),
  }
}

const thinking = toConversation('a', { state: 'thinking' })
const waiting = toConversation('a', { state: 'waiting' })

/** A list with a first response, and a second request in flight. */
async function openListAskedAgain() {
  const list = openList()
  await list.untilAsked(1)
  list.answers[0]?.([thinking])
  await list.untilAnswered()
  void list.observer.refetch()
  await list.untilAsked(2)
  return list
}

test('a response that was read before a change does not revert it', async () => {
  const list = await openListAskedAgain()
  list.hear(waiting)
  expect(list.states()).toEqual(['a waiting'])
  list.answers[1]?.([thinking])
  await list.untilAnswered()
  expect(list.states()).toEqual(['a waiting'])
})

test('a change before the first response is in the list', async () => {
  const list = openList()
  await list.untilAsked(1)
  list.hear(waiting)
  list.hear(toConversation('b', { updatedAt: '2020-01-01T00:00:00.000Z' }))
  list.forget('c')
  list.answers[0]?.([thinking, toConversation('c')])
  await list.untilAnswered()
  expect(list.states().toSorted()).toEqual(['a waiting', 'b idle'])
})

test('a change while the next page loads stays in the earlier pages', async () => {
  const list = openList()
  await list.untilAsked(1)
  list.answers[0]?.([thinking], 'more')
  await list.untilAnswered()
  void list.observer.fetchNextPage()
  await list.untilAsked(2)
  list.hear(waiting)
  list.answers[1]?.([toConversation('b', { updatedAt: '2020-01-01T00:00:00.000Z' })])
  await list.untilAnswered()
  expect(list.states()).toEqual(['a waiting', 'b idle'])
})

test('a change from before the request is not applied to its response, which may be newer', async () => {
  const list = await openListAskedAgain()
  list.hear(waiting)
  // The connection was lost and restored, so the list is requested again.
  void list.observer.refetch()
  await list.untilAsked(3)
  list.answers[2]?.([toConversation('a', { state: 'idle' })])
  await list.untilAnswered()
  expect(list.states()).toEqual(['a idle'])
})
