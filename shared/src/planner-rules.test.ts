import { expect, test } from 'vitest'
import { comparePlaces, gapToPosition, isInGap, positionBehind, sumPlannerCounts } from './planner-rules.ts'

const a = { id: 'a', position: 1 }
const b = { id: 'b', position: 2 }
const c = { id: 'c', position: 2 }

test('items stand in the order of their positions, and of their ids where those are equal', () => {
  expect([c, b, a].toSorted(comparePlaces)).toEqual([a, b, c])
})

test('a new item stands behind everything', () => {
  expect([positionBehind(null), positionBehind(0.5)]).toEqual([1, 1.5])
})

test.each([
  ['an empty list', null, null, 1],
  ['before the first', null, a, 0],
  ['behind the last', b, null, 3],
  ['between two', a, b, 1.5],
  ['between two of the same position', b, c, null],
  ['between two that are too close', { id: 'x', position: 1 }, { id: 'y', position: 1 + Number.EPSILON }, null],
])('the position in a gap: %s', (_, before, after, position) => {
  expect(gapToPosition({ before, after })).toBe(position)
})

test('an item is in a gap when it stands between its ends', () => {
  expect(isInGap({ before: a, after: c }, b)).toBe(true)
  expect(isInGap({ before: c, after: null }, b)).toBe(false)
  expect(isInGap({ before: null, after: a }, b)).toBe(false)
  expect(isInGap({ before: null, after: null }, b)).toBe(true)
})

test('counts are summed field by field', () => {
  const counts = { total: 3, pending: 2, completed: 1, overdue: 1 }
  expect(sumPlannerCounts([counts, counts])).toEqual({ total: 6, pending: 4, completed: 2, overdue: 2 })
  expect(sumPlannerCounts([])).toEqual({ total: 0, pending: 0, completed: 0, overdue: 0 })
})
