import { expect, test } from 'vitest'
import { toMilestone } from '../../../test/planner-items.ts'
import { toTimeLine } from './goals/time-line.ts'
import { stepToPlace, toPlace } from './tasks/use-drag-order.ts'
import { findFresh } from './parts/use-fresh-items.ts'

const order = ['a', 'b', 'c']

test.each([
  ['a', 0, undefined],
  ['a', 1, undefined],
  ['a', 2, 'b'],
  ['a', 3, 'c'],
  ['c', 0, null],
  ['c', 1, 'a'],
  ['b', 0, null],
  ['gone', 1, undefined],
] as const)('%s dropped before row %i comes after %s', (id, index, afterId) => {
  expect(toPlace(order, id, index)).toBe(afterId)
})

test.each([
  ['b', -1, null],
  ['c', -1, 'a'],
  ['a', -1, undefined],
  ['a', 1, 'b'],
  ['c', 1, undefined],
] as const)('%s moved by one step (%i) comes after %s', (id, step, afterId) => {
  expect(stepToPlace(order, id, step)).toBe(afterId)
})

const line = (...days: (string | null)[]) =>
  toTimeLine(
    days.map((targetDate, index) => toMilestone(`m${index}`, { targetDate, position: index })),
    '2026-06-15',
  ).map((entry) => (entry === 'today' ? 'today' : (entry.targetDate ?? 'none')))

test('milestones are sorted by day, with today between past and future ones', () => {
  expect(line('2026-07-01', '2026-06-01', null, '2026-06-15')).toEqual([
    '2026-06-01',
    'today',
    '2026-06-15',
    '2026-07-01',
    'none',
  ])
})

test('today has no marker if all dates are on one side of it', () => {
  expect(line('2026-07-01', '2026-06-15')).toEqual(['2026-06-15', '2026-07-01'])
  expect(line('2026-06-01', null)).toEqual(['2026-06-01', 'none'])
})

const source = { conversationId: 'c', messageId: 'm' }
const changed = (id: string, updatedAt: string, createdBy = true, changedBy = true) => ({
  id,
  updatedAt,
  createdBy: createdBy ? source : null,
  changedBy: changedBy ? source : null,
})

test('items are fresh if the assistant, not a person, has created or changed them', () => {
  const before = new Map([
    ['same', '1'],
    ['changed', '1'],
    ['by-hand', '1'],
  ])
  expect(
    findFresh(before, [
      changed('same', '1'),
      changed('changed', '2'),
      changed('by-hand', '2', true, false),
      changed('new', '2', true, false),
      changed('new-by-hand', '2', false, false),
    ]),
  ).toEqual(['changed', 'new'])
})
