import type { Conversation } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { toConversation } from '../../../test/fake-log-server.ts'
import { pagesToConversations, putConversation, removeConversation, type ConversationPages } from './conversation-pages.ts'

const at = (hour: number) => `2026-03-01T${String(hour).padStart(2, '0')}:00:00.000Z`
const make = (id: string, hour: number, change: Partial<Conversation> = {}) =>
  toConversation(id, { updatedAt: at(hour), ...change })
const toPages = (nextCursor: string | null, ...pages: Conversation[][]): ConversationPages => ({
  pages: pages.map((items, index) => ({ items, nextCursor: index === pages.length - 1 ? nextCursor : 'more' })),
  pageParams: pages.map(() => null),
})
const ids = (pages: ConversationPages) => pagesToConversations(pages).map(({ id }) => id)

test('a new conversation comes first', () => {
  expect(ids(putConversation(toPages(null, [make('a', 3)]), make('b', 5)))).toEqual(['b', 'a'])
})

test('a change moves a conversation to its place from any page', () => {
  const pages = toPages(null, [make('a', 9), make('b', 8)], [make('c', 7)])
  const changed = putConversation(pages, make('c', 10, { title: 'Changed' }))
  expect(ids(changed)).toEqual(['c', 'a', 'b'])
  expect(pagesToConversations(changed)[0]?.title).toBe('Changed')
})

test('a conversation that belongs below the loaded pages is left out', () => {
  const pages = toPages('more', [make('a', 9), make('b', 8)])
  expect(ids(putConversation(pages, make('old', 1)))).toEqual(['a', 'b'])
})

test('an old conversation goes to the end of a complete list', () => {
  expect(ids(putConversation(toPages(null, [make('a', 9)]), make('old', 1)))).toEqual(['a', 'old'])
})

test('a conversation is added to an empty list', () => {
  expect(ids(putConversation(toPages(null, []), make('a', 1)))).toEqual(['a'])
})

test('a conversation that moved while pages were loading is listed once', () => {
  expect(ids(toPages(null, [make('a', 9), make('b', 8)], [make('b', 8), make('c', 7)]))).toEqual(['a', 'b', 'c'])
})

test('a conversation is removed from every page', () => {
  expect(ids(removeConversation(toPages(null, [make('a', 9)], [make('b', 8)]), 'b'))).toEqual(['a'])
})

test('a pinned conversation comes from its own list, and is listed once if both lists have it', () => {
  const pinned = toPages(null, [make('b', 8), make('old', 1)])
  expect(pagesToConversations(toPages('more', [make('a', 9), make('b', 8)]), pinned).map(({ id }) => id)).toEqual([
    'a',
    'b',
    'old',
  ])
})
