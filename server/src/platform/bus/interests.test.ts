import { expect, test } from 'vitest'
import { createOwnInterests, PeerInterests } from './interests.ts'

test('what a node follows is known to the others, whatever is lost, doubled or reordered on the way', () => {
  const own = createOwnInterests()
  const peer = new PeerInterests()
  const topic = (index: number) => `conversation:${index}`
  expect(peer.wants(topic(1))).toBe(true)
  peer.apply(own.all())
  expect(peer.wants(topic(1))).toBe(false)
  expect(peer.wants('settings:changed')).toBe(true)
  const first = own.add(topic(1))
  expect(own.add(topic(1))).toBeNull()
  const second = own.add(topic(2))
  if (!first || !second) throw new Error('nothing is told')
  // The first is lost: everything is wanted until the list is there.
  expect(peer.apply(second)).toBe(false)
  expect(peer.wants(topic(7))).toBe(true)
  expect(peer.apply(first)).toBe(true)
  expect(peer.wants(topic(7))).toBe(true)
  peer.apply(own.all())
  expect([1, 2, 7].map((index) => peer.wants(topic(index)))).toEqual([true, true, false])
  // Doubled, and late.
  const dropped = own.drop(topic(2))
  if (!dropped) throw new Error('nothing is told')
  for (const change of [dropped, dropped, second, first]) expect(peer.apply(change)).toBe(true)
  expect([1, 2].map((index) => peer.wants(topic(index)))).toEqual([true, false])
  expect(own.drop(topic(1))).toBeNull()
})

test('a node that follows very many is sent everything, until it follows fewer', () => {
  const own = createOwnInterests()
  const peer = new PeerInterests()
  peer.apply(own.all())
  const apply = (change: ReturnType<typeof own.add>) => {
    if (change) expect(peer.apply(change)).toBe(true)
  }
  for (let index = 0; index < 150; index += 1) apply(own.add(`user:${index}`))
  expect(peer.wants('user:999')).toBe(true)
  for (let index = 0; index < 149; index += 1) apply(own.drop(`user:${index}`))
  expect([149, 999].map((index) => peer.wants(`user:${index}`))).toEqual([true, false])
})
