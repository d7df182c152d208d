import type { ConversationEvent, EventRecord } from '@holdfast/shared'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recordsToPayload, rowToRecords } from './packed-row.ts'

const firstAt = Date.UTC(2026, 0, 1)
const messageIds = ['019ae6f2-0000-7000-8000-00000000000a', '019ae6f2-0000-7000-8000-00000000000b']

/** What is said, and when: each step is one event of one of two answers. */
const steps = fc.array(
  fc.record({
    who: fc.nat(1),
    what: fc.constantFrom('text', 'text', 'text', 'reasoning', 'reasoning', 'waiting'),
    text: fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }),
    ms: fc.nat(3_000),
    duration: fc.nat(50),
  }),
  { minLength: 1, maxLength: 120 },
)

/** A log as the writer of answers makes it: offsets follow each other, a change of kind opens a part. */
function toRecords(said: typeof steps extends fc.Arbitrary<infer Steps> ? Steps : never): EventRecord[] {
  const state = messageIds.map(() => ({ part: -1, kind: '', offset: 0, duration: 0 }))
  let at = firstAt
  return said.map(({ who, what, text, ms, duration }, index) => {
    const messageId = messageIds[who] ?? ''
    const own = state[who] ?? { part: 0, kind: '', offset: 0, duration: 0 }
    at += ms
    if (what !== own.kind) Object.assign(own, { part: own.part + 1, offset: 0, duration: 0 })
    own.kind = what
    own.duration += duration
    const { part, offset } = own
    own.offset += text.length
    const delta = { messageId, part, offset, text }
    const event: ConversationEvent =
      what === 'waiting'
        ? { type: 'generation-waiting', messageId }
        : what === 'text'
          ? { type: 'text-delta', ...delta }
          : { type: 'reasoning-delta', ...delta, durationMs: own.duration }
    return { seq: 7 + index, at: new Date(at).toISOString(), event }
  })
}

const pack = (records: readonly EventRecord[]) => ({
  fromSeq: records[0]?.seq ?? 1,
  at: new Date(records[0]?.at ?? firstAt),
  payload: recordsToPayload(records),
})

/** Without what may be rounded. */
const plain = (records: readonly EventRecord[]) =>
  records.map(({ seq, event }) => ({ seq, event: { ...event, durationMs: undefined } }))

test('[E1] a packed row gives back every event under its own seq, and times that never go back', () => {
  fc.assert(
    fc.property(steps, (said) => {
      const records = toRecords(said)
      const unpacked = rowToRecords(pack(records))
      expect(plain(unpacked)).toEqual(plain(records))
      const times = unpacked.map(({ at }) => at)
      expect(times).toEqual(times.toSorted())
      expect(times.every((at, index) => at <= (records[index]?.at ?? ''))).toBe(true)
      const exact = (all: readonly EventRecord[]) => all.filter(({ event }) => event.type === 'generation-waiting')
      expect(exact(unpacked)).toEqual(exact(records))
    }),
    { numRuns: 300 },
  )
})

test('a row that is packed again with what follows it is as good as one that is packed once', () => {
  fc.assert(
    fc.property(steps, fc.nat(119), (said, at) => {
      const records = toRecords(said)
      const cut = Math.min(Math.max(at, 1), records.length)
      const halves = [records.slice(0, cut), records.slice(cut)].filter((half) => half.length > 0)
      const again = rowToRecords(pack(halves.flatMap((half) => rowToRecords(pack(half)))))
      expect(plain(again)).toEqual(plain(records))
    }),
    { numRuns: 100 },
  )
})

test('times are kept to the millisecond where there is room, and a row never costs more than twice its text', () => {
  const tokens = (text: string, ms: number) =>
    Array.from({ length: 2_000 }, (_, index): EventRecord => {
      const delta = { messageId: messageIds[0] ?? '', part: 0, offset: index * text.length, text }
      return {
        seq: index + 1,
        at: new Date(firstAt + index * ms + ((index * 7919) % 13)).toISOString(),
        event: { type: 'text-delta', ...delta },
      }
    })
  const usual = tokens(' wave', 50)
  expect(rowToRecords(pack(usual))).toEqual(usual)
  for (const text of ['a', '1\u00e9', ' it', ' holdfast', '漢字']) {
    const records = tokens(text, 47)
    const { payload } = pack(records)
    expect(Buffer.byteLength(payload), text).toBeLessThanOrEqual(2 * 2_000 * Buffer.byteLength(text))
  }
})
