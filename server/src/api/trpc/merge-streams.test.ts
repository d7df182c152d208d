import { expect, test } from 'vitest'
import { mergeStreams } from './merge-streams.ts'

async function* count(name: string, to: number) {
  for (let n = 1; n <= to; n += 1) yield `${name}${n}`
}

async function collect<Item>(stream: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of stream) items.push(item)
  return items
}

test('gives the items of every stream in their order, and ends with the last one', async () => {
  const items = await collect(mergeStreams([count('a', 3), count('b', 1), count('c', 0), count('d', 2)]))
  expect(items.toSorted()).toEqual(['a1', 'a2', 'a3', 'b1', 'd1', 'd2'])
  expect(items.filter((item) => item.startsWith('a'))).toEqual(['a1', 'a2', 'a3'])
})

test('a stream that is silent keeps none waiting', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  async function* silent() {
    await promise
    yield 'at last'
  }
  const merged = mergeStreams([silent(), count('a', 2)])
  expect([await merged.next(), await merged.next()].map(({ value }) => value)).toEqual(['a1', 'a2'])
  resolve()
  expect(await collect(merged)).toEqual(['at last'])
})

test('a slow reader finds one item of each stream waiting, not all of them', async () => {
  let made = 0
  async function* endless() {
    for (;;) {
      made += 1
      yield made
    }
  }
  const merged = mergeStreams([endless(), endless()])
  await merged.next()
  await new Promise((resolve) => setImmediate(resolve))
  expect(made).toBeLessThanOrEqual(3)
})

test('throws what a stream throws', async () => {
  async function* broken(): AsyncGenerator<string> {
    yield 'one'
    throw new Error('broken')
  }
  await expect(collect(mergeStreams([broken()]))).rejects.toThrow('broken')
})
