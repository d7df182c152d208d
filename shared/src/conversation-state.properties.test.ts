import fc from 'fast-check'
import { expect, test } from 'vitest'
import { logArbitrary, textArbitrary } from '../test/arbitrary-log.ts'
import { checkpointToSnapshot, checkpointToWholeSnapshot, type Checkpoint, type WrittenLog } from '../test/log-writer.ts'
import {
  addPage,
  applyEvent,
  applyEvents,
  emptyConversationState,
  foldMessage,
  getMessage,
  isActive,
  LogGapError,
  pathTo,
  snapshotToState,
  type ConversationState,
  type EventRecord,
} from './index.ts'

fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: 150 })

const startOf = ({ start }: WrittenLog) => snapshotToState(checkpointToWholeSnapshot(start))
const lastOf = ({ start, checkpoints }: WrittenLog): Checkpoint => checkpoints.at(-1) ?? start
const after = (records: readonly EventRecord[], seq: number) => records.filter((record) => record.seq > seq)

/** Everything that this state holds is as the truth says, and nothing that runs is missing. */
function expectTruth(state: ConversationState, truth: Checkpoint) {
  expect(state.cursor).toBe(truth.seq)
  expect(state.conversation).toEqual(truth.conversation)
  const held = { ...state.settled, ...state.running }
  const expected = truth.messages.filter(({ id }) => id in held)
  expect(Object.values(held).toSorted(byId)).toEqual(expected.toSorted(byId))
  expect(Object.keys(state.running).toSorted()).toEqual(
    truth.messages
      .filter(({ status }) => isActive(status))
      .map(({ id }) => id)
      .toSorted(),
  )
}

const byId = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1)

function holdsAll(state: ConversationState, truth: Checkpoint) {
  expect(truth.messages.filter(({ id }) => !getMessage(state, id))).toEqual([])
}

/** The log cut into batches at these places. */
function toBatches(records: readonly EventRecord[], cuts: readonly number[]): EventRecord[][] {
  const places = [...new Set(cuts.map((cut) => cut % (records.length + 1))), 0, records.length].toSorted((a, b) => a - b)
  return places.slice(1).map((end, index) => records.slice(places[index], end))
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) deepFreeze(inner)
  }
  return value
}

test('the fold of a whole log is what the writer of the log holds', () => {
  fc.assert(
    fc.property(logArbitrary, (log) => {
      let state = startOf(log)
      for (const checkpoint of log.checkpoints) {
        state = applyEvents(state, log.records.slice(state.cursor, checkpoint.seq))
        expectTruth(state, checkpoint)
        holdsAll(state, checkpoint)
      }
    }),
  )
})

test('[F6] any split of the log into batches gives the same state', () => {
  fc.assert(
    fc.property(logArbitrary, fc.array(fc.nat()), (log, cuts) => {
      const state = toBatches(log.records, cuts).reduce(applyEvents, startOf(log))
      expect(state).toEqual(applyEvents(startOf(log), log.records))
    }),
  )
})

test('[F1] an event that was applied before changes nothing, however often and in whatever order it comes again', () => {
  fc.assert(
    fc.property(logArbitrary, fc.array(fc.nat()), (log, repeats) => {
      const state = applyEvents(startOf(log), log.records)
      for (const place of repeats) {
        const record = log.records[place % Math.max(1, log.records.length)]
        if (record) expect(applyEvent(state, record)).toBe(state)
      }
    }),
  )
})

test('[F1][F6] any prefix twice, then the rest, gives the same state', () => {
  fc.assert(
    fc.property(logArbitrary, fc.nat(), (log, length) => {
      const prefix = log.records.slice(0, length % (log.records.length + 1))
      const twice = applyEvents(applyEvents(startOf(log), prefix), prefix)
      expect(applyEvents(twice, log.records)).toEqual(applyEvents(startOf(log), log.records))
    }),
  )
})

test('[F6] a reader that reconnects at any moment, with a snapshot of everything, ends up with everything', () => {
  fc.assert(
    fc.property(logArbitrary, fc.nat(), (log, pick) => {
      const checkpoint = [log.start, ...log.checkpoints][pick % (log.checkpoints.length + 1)] ?? log.start
      const state = applyEvents(snapshotToState(checkpointToWholeSnapshot(checkpoint)), after(log.records, checkpoint.seq))
      expectTruth(state, lastOf(log))
      holdsAll(state, lastOf(log))
    }),
  )
})

test('[F5][F6] a reader that knows one page of one path is right about all that it holds, and about what runs', () => {
  fc.assert(
    fc.property(logArbitrary, fc.nat(), fc.integer({ min: 1, max: 4 }), (log, pick, limit) => {
      const checkpoint = [log.start, ...log.checkpoints][pick % (log.checkpoints.length + 1)] ?? log.start
      let state = snapshotToState(checkpointToSnapshot(checkpoint, limit))
      for (const next of log.checkpoints.filter(({ seq }) => seq > checkpoint.seq)) {
        state = applyEvents(state, log.records.slice(state.cursor, next.seq))
        expectTruth(state, next)
      }
    }),
  )
})

test('a page of older messages completes the path, whatever happened since the snapshot', () => {
  fc.assert(
    fc.property(logArbitrary, fc.nat(), fc.integer({ min: 1, max: 3 }), (log, pick, limit) => {
      const checkpoint = [log.start, ...log.checkpoints][pick % (log.checkpoints.length + 1)] ?? log.start
      const truth = lastOf(log)
      const followed = applyEvents(snapshotToState(checkpointToSnapshot(checkpoint, limit)), after(log.records, checkpoint.seq))
      const whole = truth.messages.filter(({ id }) => !getMessage(followed, id))
      const state = addPage(followed, { messages: whole, nextCursor: null })
      expectTruth(state, truth)
      const path = pathTo(state, truth.conversation.activeMessageId)
      expect(path[0]?.parentId ?? null).toBeNull()
      expect(path.at(-1)?.id ?? null).toBe(truth.conversation.activeMessageId)
    }),
  )
})

test('a page that was read later than the events so far fits all the same', () => {
  fc.assert(
    fc.property(logArbitrary, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 3 }), (log, pick, later, limit) => {
      const all = [log.start, ...log.checkpoints]
      const first = pick % all.length
      const checkpoint = all[first] ?? log.start
      const readAt = all[first + (later % (all.length - first))] ?? checkpoint
      const state = snapshotToState(checkpointToSnapshot(checkpoint, limit))
      const messages = readAt.messages.filter(({ id }) => !getMessage(state, id))
      const followed = applyEvents(addPage(state, { messages, nextCursor: null }), after(log.records, checkpoint.seq))
      expectTruth(followed, lastOf(log))
      holdsAll(followed, lastOf(log))
    }),
  )
})

test('[F3] an event that is missing is an error at the next one, not a wrong state', () => {
  fc.assert(
    fc.property(logArbitrary, fc.nat(), (log, pick) => {
      fc.pre(log.records.length >= 2)
      const missing = pick % (log.records.length - 1)
      const before = applyEvents(startOf(log), log.records.slice(0, missing))
      expect(() => applyEvents(before, log.records.slice(missing + 1))).toThrow(LogGapError)
    }),
  )
})

test('[F2] a type that is not known changes nothing and the cursor advances', () => {
  fc.assert(
    fc.property(logArbitrary, fc.string(), (log, name) => {
      const state = applyEvents(startOf(log), log.records)
      const event = { type: `later-${name}`, messageId: lastOf(log).messages[0]?.id } as unknown as EventRecord['event']
      expect(applyEvent(state, { seq: state.cursor + 1, at: '2027-01-01T00:00:00.000Z', event })).toEqual({
        ...state,
        cursor: state.cursor + 1,
      })
    }),
  )
})

test('the fold is pure: neither state nor record is ever changed', () => {
  fc.assert(
    fc.property(logArbitrary, (log) => {
      deepFreeze(log.records)
      let state = deepFreeze(startOf(log))
      for (const record of log.records) state = deepFreeze(applyEvent(state, record))
      expectTruth(state, lastOf(log))
    }),
  )
})

test('a delta copies what runs and leaves every settled message as it is', () => {
  fc.assert(
    fc.property(logArbitrary, (log) => {
      let state = startOf(log)
      for (const record of log.records) {
        const next = applyEvent(state, record)
        if (record.event.type === 'text-delta' || record.event.type === 'reasoning-delta') {
          expect(next.settled).toBe(state.settled)
          expect(next.conversation).toBe(state.conversation)
        }
        expect(Object.keys(next.running).filter((id) => id in next.settled)).toEqual([])
        state = next
      }
    }),
  )
})

test('[F4] pieces of a text that overlap, repeat and come apart in any units give the text once', () => {
  const pieces = fc.array(fc.tuple(fc.nat(), fc.nat()))
  fc.assert(
    fc.property(logArbitrary, textArbitrary, pieces, (log, text, overlaps) => {
      const message = lastOf(log).messages.findLast(({ role }) => role === 'assistant')
      fc.pre(message !== undefined)
      const empty = { ...message, parts: [], content: '' }
      let known = 0
      const records: EventRecord[] = []
      const say = (offset: number, end: number) => {
        const event = { type: 'text-delta', messageId: empty.id, part: 0, offset, text: text.slice(offset, end) } as const
        records.push({ seq: records.length + 1, at: empty.updatedAt, event })
        known = Math.max(known, end)
      }
      for (const [back, length] of overlaps) {
        const offset = back % (known + 1)
        say(offset, Math.min(text.length, offset + 1 + (length % 4)))
      }
      say(known, text.length)
      expect(foldMessage(empty, records)).toMatchObject({ content: text, parts: [{ type: 'text', text }] })
    }),
  )
})

test('[F3] text that begins after the end of what is there is an error', () => {
  fc.assert(
    fc.property(textArbitrary, fc.integer({ min: 1, max: 5 }), (text, hole) => {
      const log = logWithOneAnswer(text)
      const state = applyEvents(emptyConversationState, log)
      const event = { type: 'text-delta', messageId: 'answer', part: 0, offset: text.length + hole, text: 'x' } as const
      expect(() => applyEvent(state, { seq: log.length + 1, at: '', event })).toThrow(LogGapError)
    }),
  )
})

function logWithOneAnswer(text: string): EventRecord[] {
  const message = {
    id: 'answer',
    conversationId: 'conversation',
    parentId: null,
    siblingIds: ['answer'],
    role: 'assistant',
    status: 'generating',
    content: '',
    parts: [],
    model: 'model',
    usage: null,
    costMicroUsd: null,
    error: null,
    createdAt: '',
    updatedAt: '',
  } as const
  return [
    { seq: 1, at: '', event: { type: 'message-added', message: { ...message, siblingIds: ['answer'], parts: [] } } },
    { seq: 2, at: '', event: { type: 'text-delta', messageId: 'answer', part: 0, offset: 0, text } },
  ]
}
