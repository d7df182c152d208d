import { describe, expect, test } from 'vitest'
import { createLogWriter, checkpointToWholeSnapshot } from '../test/log-writer.ts'
import {
  addPage,
  applyEvent,
  applyEvents,
  emptyConversationState,
  foldMessage,
  getMessage,
  LogGapError,
  messagesToStatus,
  pathTo,
  snapshotToState,
  type ConversationEvent,
  type ConversationState,
  type Message,
  type ToolCallState,
} from './index.ts'

const at = '2026-01-01T00:00:01.000Z'

/** One question and its answer, which is being written. */
function startAnswer() {
  const writer = createLogWriter()
  writer.transaction(1, () => writer.appendTurn(null, 'question'))
  const answer = writer.messages[1] as Message
  writer.transaction(1, () => writer.start(answer, 1))
  const { start, records } = writer.written()
  const state = applyEvents(snapshotToState(checkpointToWholeSnapshot(start)), records)
  return { writer, state, answerId: answer.id, questionId: writer.messages[0]?.id ?? '' }
}

function after(state: ConversationState, ...events: ConversationEvent[]): ConversationState {
  return events.reduce((folded, event) => applyEvent(folded, { seq: folded.cursor + 1, at, event }), state)
}

describe('the notice of a retry', () => {
  const retry = (messageId: string) =>
    ({ type: 'generation-retry', messageId, attempt: 2, maxAttempts: 3, delayMs: 500, reason: 'provider-overloaded' }) as const

  test('stands until something comes of it', () => {
    const { state, answerId: messageId } = startAnswer()
    const waiting = after(state, retry(messageId))
    expect(waiting.retries[messageId]).toEqual({ attempt: 2, maxAttempts: 3, delayMs: 500, reason: 'provider-overloaded', at })
    const going: ConversationEvent[] = [
      { type: 'text-delta', messageId, part: 0, offset: 0, text: 'a' },
      { type: 'reasoning-delta', messageId, part: 0, offset: 0, text: 'a' },
      { type: 'tool-call', messageId, part: 0, callId: 'c', name: 'n', args: '{}' },
      { type: 'generation-started', messageId, attempt: 3, model: 'm' },
      { type: 'generation-ended', messageId, status: 'error', usage: null },
    ]
    for (const event of going) expect(after(waiting, event).retries).toEqual({})
  })
})

describe('notes of an answer', () => {
  test('[F7] one of each kind, the newest, and nothing else of the message changes', () => {
    const { state, answerId: messageId } = startAnswer()
    const leftOut = (count: number) =>
      ({ type: 'generation-note', messageId, note: { kind: 'turns-left-out', count, contextWindow: 8192 } }) as const
    const cut = { type: 'generation-note', messageId, note: { kind: 'prompt-cut', sentTokens: 9000, readTokens: 4096 } } as const
    expect(getMessage(state, messageId)).not.toHaveProperty('notes')
    const noted = after(state, leftOut(3), cut, leftOut(12))
    expect(getMessage(noted, messageId)).toEqual({
      ...getMessage(state, messageId),
      notes: [cut.note, leftOut(12).note],
      updatedAt: at,
    })
    const ended = after(noted, { type: 'generation-ended', messageId, status: 'completed', usage: null })
    expect(getMessage(ended, messageId)?.notes).toEqual([cut.note, leftOut(12).note])
  })
})

test('a thought is as long as the newest part of it says', () => {
  const { state, answerId: messageId } = startAnswer()
  const delta = (offset: number, text: string, durationMs?: number): ConversationEvent => ({
    type: 'reasoning-delta',
    messageId,
    part: 0,
    offset,
    text,
    ...(durationMs === undefined ? {} : { durationMs }),
  })
  const thought = after(state, delta(0, 'a'), delta(1, 'b', 900), delta(2, 'c', 12_000), delta(3, 'd'))
  expect(getMessage(thought, messageId)?.parts).toEqual([{ type: 'reasoning', text: 'abcd', durationMs: 12_000 }])
})

describe('a snapshot', () => {
  test('of an earlier moment does not take a reader back', () => {
    const { writer, state, answerId: messageId } = startAnswer()
    const newer = after(state, { type: 'text-delta', messageId, part: 0, offset: 0, text: 'word' })
    const old = writer.written().checkpoints.at(-1)
    const snapshot = checkpointToWholeSnapshot(old ?? writer.written().start)
    expect(applyEvent(newer, { seq: Number(snapshot.cursor), at, event: { type: 'snapshot', ...snapshot } })).toBe(newer)
  })

  test('of a later moment replaces what was known, also over a gap', () => {
    const { state } = startAnswer()
    const other = createLogWriter()
    for (const text of ['a', 'b', 'c']) other.transaction(1, () => other.appendTurn(null, text))
    const checkpoint = other.written().checkpoints.at(-1)
    const snapshot = checkpointToWholeSnapshot(checkpoint ?? other.written().start)
    expect(applyEvent(state, { seq: 6, at, event: { type: 'snapshot', ...snapshot } })).toEqual(snapshotToState(snapshot))
  })

  test('of an empty conversation is the beginning', () => {
    const { start } = createLogWriter().written()
    const snapshot = checkpointToWholeSnapshot(start)
    const state = applyEvent(emptyConversationState, { seq: 0, at, event: { type: 'snapshot', ...snapshot } })
    expect(state.conversation).toEqual(start.conversation)
    expect(applyEvent(state, { seq: 0, at, event: { type: 'snapshot', ...snapshot } })).toBe(state)
  })
})

describe('a tool call', () => {
  const call = (messageId: string): ConversationEvent => ({
    type: 'tool-call',
    messageId,
    part: 0,
    callId: 'c',
    name: 'n',
    args: '{}',
  })
  const states: readonly [ToolCallState, ToolCallState][] = [
    ['running', 'failed'],
    ['denied', 'denied'],
    ['unknown', 'unknown'],
  ]
  test.each(states)('that was %s is %s after an error', (before, expected) => {
    const { state, answerId: messageId } = startAnswer()
    const folded = after(
      state,
      call(messageId),
      { type: 'tool-call-updated', messageId, callId: 'c', state: before },
      { type: 'tool-result', messageId, callId: 'c', error: 'no' },
    )
    expect(getMessage(folded, messageId)?.parts).toEqual([
      { type: 'tool-call', callId: 'c', name: 'n', args: '{}', state: expected, error: 'no' },
    ])
  })

  test('without a result has null as its result', () => {
    const { state, answerId: messageId } = startAnswer()
    const folded = after(state, call(messageId), { type: 'tool-result', messageId, callId: 'c' })
    expect(getMessage(folded, messageId)?.parts).toMatchObject([{ state: 'done', result: null }])
  })

  test('[F3] at a place beyond the end, or where something else is, is a gap', () => {
    const { state, answerId: messageId } = startAnswer()
    expect(() => after(state, { ...call(messageId), part: 1 } as ConversationEvent)).toThrow(LogGapError)
    const text: ConversationEvent = { type: 'text-delta', messageId, part: 0, offset: 0, text: 'a' }
    expect(() => after(state, text, call(messageId))).toThrow(LogGapError)
    expect(() => after(state, call(messageId), text)).toThrow(LogGapError)
    expect(() => after(state, { ...text, part: 1 })).toThrow(LogGapError)
  })
})

test('[F3] one reader of three that missed an event says so; the others are not disturbed', () => {
  const { state, answerId: messageId } = startAnswer()
  const event: ConversationEvent = { type: 'text-delta', messageId, part: 0, offset: 0, text: 'a' }
  expect(() => applyEvent(state, { seq: state.cursor + 2, at, event })).toThrow(LogGapError)
  expect(getMessage(state, messageId)?.content).toBe('')
})

test('the cost of an answer is the one in its last end, even where that is unknown', () => {
  const { state, answerId: messageId } = startAnswer()
  const end = { type: 'generation-ended', messageId, status: 'error', usage: null } as const
  const known = after(state, { ...end, costMicroUsd: 7 })
  expect(getMessage(known, messageId)?.costMicroUsd).toBe(7)
  expect(getMessage(after(known, end), messageId)?.costMicroUsd).toBe(7)
  expect(getMessage(after(known, { ...end, costMicroUsd: null }), messageId)?.costMicroUsd).toBeNull()
})

test('content is the text parts joined by nothing; reasoning and calls are no part of it', () => {
  const { state, answerId: messageId } = startAnswer()
  const folded = after(
    state,
    { type: 'reasoning-delta', messageId, part: 0, offset: 0, text: 'hm' },
    { type: 'text-delta', messageId, part: 1, offset: 0, text: 'one ' },
    { type: 'tool-call', messageId, part: 2, callId: 'c', name: 'n', args: '{}' },
    { type: 'text-delta', messageId, part: 3, offset: 0, text: 'two' },
    { type: 'text-delta', messageId, part: 1, offset: 4, text: 'more ' },
  )
  expect(getMessage(folded, messageId)?.content).toBe('one more two')
})

test('events of a message that is not loaded change only the conversation', () => {
  const { state } = startAnswer()
  const folded = after(state, { type: 'text-delta', messageId: 'elsewhere', part: 4, offset: 99, text: 'a' })
  expect(folded).toEqual({ ...state, cursor: state.cursor + 1 })
})

test('foldMessage takes only what concerns the message', () => {
  const { state, answerId, questionId } = startAnswer()
  const answer = getMessage(state, answerId) as Message
  const own: ConversationEvent = { type: 'text-delta', messageId: answerId, part: 0, offset: 0, text: 'a' }
  const records = [
    { seq: 7, at, event: own },
    { seq: 30, at, event: { ...own, messageId: questionId } },
  ]
  expect(foldMessage(answer, records)).toEqual({ ...answer, content: 'a', parts: [{ type: 'text', text: 'a' }], updatedAt: at })
})

test('the trash is a mark that comes and goes', () => {
  const { state } = startAnswer()
  const deleted = after(state, { type: 'conversation-deleted' })
  expect(deleted.deleted).toBe(true)
  expect(after(deleted, { type: 'conversation-restored' })).toEqual({ ...state, cursor: state.cursor + 2 })
})

test('a page of older messages never replaces what is known', () => {
  const { state, answerId } = startAnswer()
  const stale = { ...(getMessage(state, answerId) as Message), content: 'stale' }
  const older = { ...stale, id: 'older', status: 'completed' as const }
  const next = addPage(state, { messages: [older, stale], nextCursor: 'above' })
  expect(getMessage(next, answerId)).toBe(getMessage(state, answerId))
  expect(getMessage(next, 'older')).toEqual(older)
  expect(next.nextCursor).toBe('above')
})

test('a path ends where nothing more is loaded', () => {
  const { state, answerId, questionId } = startAnswer()
  expect(pathTo(state, answerId).map(({ id }) => id)).toEqual([questionId, answerId])
  expect(pathTo(state, questionId).map(({ id }) => id)).toEqual([questionId])
  expect(pathTo(state, 'unknown')).toEqual([])
  expect(pathTo(state, null)).toEqual([])
})

test('the status of a conversation: a person first, then a tool, then the model', () => {
  const { state, answerId } = startAnswer()
  const generating = getMessage(state, answerId) as Message
  const call = { type: 'tool-call', callId: 'c', name: 'n', args: '{}', state: 'running' } as const
  const executing: Message = { ...generating, parts: [call] }
  const waiting: Message = { ...generating, status: 'waiting' }
  const done: Message = { ...executing, status: 'completed' }
  expect(messagesToStatus([])).toBeNull()
  expect(messagesToStatus([done])).toBeNull()
  expect(messagesToStatus([done, generating])).toBe('thinking')
  expect(messagesToStatus([generating, executing])).toBe('executing')
  expect(messagesToStatus([executing, waiting])).toBe('waiting')
})
