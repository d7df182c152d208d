import type { EventRecord } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { LiveTail, sizeOf } from './live-tail.ts'

const messageId = '019ae6f2-0000-7000-8000-000000000000'

function toRecords(texts: readonly string[]): EventRecord[] {
  return texts.map((text, index) => ({
    seq: index + 1,
    at: '2026-01-01T00:00:00.000Z',
    event: { type: 'text-delta', messageId, part: 0, offset: 0, text },
  }))
}

/** The number of bytes of text that a full tail holds. */
function keptBytes(text: string): number {
  const tail = new LiveTail()
  const records = toRecords(Array.from({ length: 400 }, () => text))
  for (const record of records) tail.publish({ lastSeq: record.seq, records: [record] })
  const kept = records.filter(({ seq }) => tail.read(seq - 1) !== null)
  return kept.length * Buffer.byteLength(text)
}

test('the limit in bytes was counted in UTF-16 units: a tail of Chinese text held three times as much', () => {
  const limit = 256 * 1024
  for (const text of ['a'.repeat(4_000), '日'.repeat(4_000), '🙂'.repeat(2_000)]) {
    expect(keptBytes(text)).toBeLessThanOrEqual(limit)
    expect(keptBytes(text)).toBeGreaterThan(limit * 0.9)
  }
})

test('the size of a record is that of its text as UTF-8', () => {
  const sizes = toRecords(['', 'ab', 'é', '日', '🙂']).map(sizeOf)
  expect(sizes.map((size) => size - (sizes[0] ?? 0))).toEqual([0, 2, 2, 3, 4])
})

test('one record larger than the limit is kept: there is always something to read', () => {
  const tail = new LiveTail()
  const [record] = toRecords(['日'.repeat(200_000)])
  tail.publish({ lastSeq: 1, records: record ? [record] : [] })
  expect(tail.read(0)).toEqual([record])
})

test('"nothing new" needs a read of the log that began after the latest invalidation', () => {
  const tail = new LiveTail()
  expect(tail.read(0)).toBe(null)
  const early = tail.beginRead()
  tail.invalidate()
  tail.confirmRead(early, 0)
  expect(tail.read(0)).toBe(null)
  tail.confirmRead(tail.beginRead(), 0)
  expect(tail.read(0)).toEqual([])
})

test('a gap between two notices sends the readers to the log', () => {
  const tail = new LiveTail()
  const [first, , third] = toRecords(['a', 'b', 'c'])
  tail.publish({ lastSeq: 1, records: first ? [first] : [] })
  tail.publish({ lastSeq: 3, records: third ? [third] : [] })
  expect(tail.read(0)).toBe(null)
  expect(tail.read(1)).toBe(null)
  expect(tail.read(2)).toEqual([third])
})
