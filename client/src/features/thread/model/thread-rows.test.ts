import { expect, test } from 'vitest'
import { toMessage } from '../../../../test/fake-log-server.ts'
import { messagesToRows } from './thread-rows.ts'
import { createRangeExtractor, findSplitOff } from '../list/use-thread-virtualizer.ts'

const on = (day: number, id: string) => toMessage(id, { createdAt: new Date(2026, 0, day, 12).toISOString() })
const show = (rows: ReturnType<typeof messagesToRows>) => rows.rows.map(({ key }) => key)

test('a day is above its first message; a single day has no row', () => {
  expect(show(messagesToRows([on(1, 'a'), on(1, 'b')], true))).toEqual(['a', 'b'])
  expect(show(messagesToRows([on(1, 'a'), on(1, 'b'), on(2, 'c')], true))).toEqual(['day a', 'a', 'b', 'day c', 'c'])
})

test('while the beginning is not loaded the first day has no row, and loading earlier messages moves no day', () => {
  const page = [on(2, 'c'), on(3, 'd')]
  expect(show(messagesToRows(page, false))).toEqual(['c', 'day d', 'd'])
  expect(show(messagesToRows([on(1, 'a'), ...page], true))).toEqual(['day a', 'a', 'day c', 'c', 'day d', 'd'])
})

test('a message is found by its id; system messages are not shown', () => {
  const rows = messagesToRows([toMessage('s', { role: 'system' }), on(1, 'a'), on(2, 'b')], false)
  expect([...rows.rowByKey].map(([id, row]) => [id, rows.rows[row]?.key])).toEqual([
    ['a', 'a'],
    ['b', 'b'],
  ])
})

test('kept rows are rendered in addition to visible rows, each once and in order', () => {
  const extract = createRangeExtractor([0, 9, 11, 40, 99])
  expect(extract({ startIndex: 10, endIndex: 12, overscan: 2, count: 50 })).toEqual([0, 8, 9, 10, 11, 12, 13, 14, 40])
})

test('fewer rows are rendered outside the view when rows are tall', () => {
  const extract = createRangeExtractor([], (index) => (index < 10 ? 1_500 : 500))
  expect(extract({ startIndex: 10, endIndex: 11, overscan: 3, count: 50 })).toEqual([9, 10, 11, 12, 13, 14])
})

test('what is split off a row in sight moves nothing; what comes in from elsewhere is measured against its estimate', () => {
  const rows = (keys: string) => keys.split('').map((key) => ({ key }))
  const inSight = (keys: string) => (key: string) => keys.includes(key)
  expect(findSplitOff(rows('abc'), rows('abcde'), inSight('bc'))).toEqual(['d', 'e'])
  expect(findSplitOff(rows('abc'), rows('abxc'), inSight('bc'))).toEqual(['x'])
  expect(findSplitOff(rows('abc'), rows('abcd'), inSight('a'))).toEqual([])
  expect(findSplitOff(rows('bc'), rows('xybc'), inSight('bc'))).toEqual([])
  expect(findSplitOff(rows('bc'), rows('bc'), inSight('bc'))).toEqual([])
})
