import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sortTree } from './message-tree.ts'

const node = (sourceId: string, parentSourceId: string | null) => ({ sourceId, parentSourceId })

test('messages that are in order stay as they are', () => {
  const nodes = [node('a', null), node('b', 'a'), node('c', 'a'), node('d', 'b')]
  expect(sortTree(nodes)).toEqual({ sorted: nodes, repeated: 0, orphans: 0 })
})

test('children that come before their parent follow it', () => {
  const { sorted } = sortTree([node('c', 'b'), node('b', 'a'), node('d', 'a'), node('a', null)])
  expect(sorted.map(({ sourceId }) => sourceId)).toEqual(['a', 'b', 'c', 'd'])
})

test('circles, missing parents and repeated ids lose no message', () => {
  const { sorted, repeated, orphans } = sortTree([
    node('a', 'b'),
    node('b', 'a'),
    node('c', 'nowhere'),
    node('c', 'a'),
    node('d', 'd'),
  ])
  expect(sorted).toEqual([node('c', null), node('a', null), node('b', 'a'), node('d', null)])
  expect({ repeated, orphans }).toEqual({ repeated: 1, orphans: 3 })
})

test('whatever hangs below whatever, every message comes once and after its parent', () => {
  const id = fc.constantFrom(...'abcdefgh')
  fc.assert(
    fc.property(fc.array(fc.record({ sourceId: id, parentSourceId: fc.option(id) })), (nodes) => {
      const { sorted } = sortTree(nodes)
      expect(sorted.map(({ sourceId }) => sourceId).toSorted()).toEqual(
        [...new Set(nodes.map(({ sourceId }) => sourceId))].toSorted(),
      )
      const seen = new Set<string>()
      for (const { sourceId, parentSourceId } of sorted) {
        if (parentSourceId !== null) expect(seen).toContain(parentSourceId)
        seen.add(sourceId)
      }
    }),
  )
})
