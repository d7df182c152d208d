import { comparePlaces } from '@holdfast/shared'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toTask } from '../../../../test/planner-items.ts'
import { lastPosition, positionAfter, putItem, removeItem } from './planner-data.ts'

const list = [toTask('a', { position: 1 }), toTask('b', { position: 2 }), toTask('c', { position: 3 })]
const ids = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id).join('')

test('an item goes to its position, instead of an older version of it', () => {
  expect(ids(putItem(list, toTask('d', { position: 1.5 })))).toBe('adbc')
  expect(ids(putItem(list, toTask('a', { position: 9 })))).toBe('bca')
})

test('items at the same position stand in the order of their ids', () => {
  expect(ids(putItem([toTask('z')], toTask('y')))).toBe('yz')
})

test('a list from which nothing was removed is the same list', () => {
  expect(removeItem(list, 'x')).toBe(list)
  expect(ids(removeItem(list, 'b'))).toBe('ac')
})

test('a new item goes behind everything', () => {
  expect(lastPosition([])).toBe(1)
  expect(lastPosition(list)).toBe(4)
})

test.each([
  ['c', null, 'cab'],
  ['a', 'c', 'bca'],
  ['a', 'b', 'bac'],
  ['c', 'a', 'acb'],
  ['b', 'a', 'abc'],
  ['a', 'gone', 'abc'],
])('%s after %s: %s', (id, afterId, order) => {
  const moved = list.find((task) => task.id === id) ?? toTask(id)
  expect(ids(putItem(list, { ...moved, position: positionAfter(list, id, afterId) }))).toBe(order)
})

test('an item that is moved comes right after the one that was named, however the items were moved before', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.array(fc.tuple(fc.nat(11), fc.nat(12)), { maxLength: 20 }), (size, moves) => {
      let items: readonly ReturnType<typeof toTask>[] = Array.from({ length: size }, (_, index) =>
        toTask(String.fromCharCode(97 + index), { position: index + 1 }),
      )
      for (const [from, to] of moves) {
        const item = items[from % size]
        const others = items.filter((other) => other !== item)
        const after = others[(to % size) - 1] ?? null
        if (!item) continue
        items = putItem(items, { ...item, position: positionAfter(items, item.id, after?.id ?? null) })
        const index = items.findIndex(({ id }) => id === item.id)
        expect(items[index - 1]?.id).toBe(after?.id)
        expect([...items].sort(comparePlaces)).toEqual(items)
      }
    }),
  )
})
