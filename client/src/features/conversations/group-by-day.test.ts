import { expect, test } from 'vitest'
import { toConversation } from '../../../test/fake-log-server.ts'
import { groupByDay } from './group-by-day.ts'

const now = new Date(2026, 2, 15, 12)
const make = (id: string, daysAgo: number, hour = 12, pinned = false) =>
  toConversation(id, { updatedAt: new Date(2026, 2, 15 - daysAgo, hour).toISOString(), pinned })

test('conversations are grouped by local calendar day, pinned ones first, in the given order', () => {
  const conversations = [
    make('a', 0, 0),
    make('b', 1, 23),
    make('p', 40, 12, true),
    make('c', 6),
    make('d', 20),
    make('e', 100),
    make('f', 200),
  ]
  expect(groupByDay(conversations, now).map(({ name, conversations: members }) => [name, members.map(({ id }) => id)])).toEqual([
    ['pinned', ['p']],
    ['today', ['a']],
    ['yesterday', ['b']],
    ['week', ['c']],
    ['month', ['d']],
    ['older', ['e', 'f']],
  ])
})

test('a time in the future counts as today', () => {
  expect(groupByDay([make('a', -1)], now)[0]?.name).toBe('today')
})
