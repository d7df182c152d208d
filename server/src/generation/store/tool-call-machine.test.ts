import { toolCallStates, type ToolCallState } from '@holdfast/shared'
import { describe, expect, test } from 'vitest'
import { applyToolCallChange, ToolCallStateError, type ToolCallChange } from './tool-call-machine.ts'

const messageId = '019ae6f2-0000-7000-8000-000000000000'
const callId = 'c'
const at = new Date('2026-01-01T00:00:00.000Z')

const form = { message: 'How many?', schema: { type: 'object' } }

const changes = {
  ask: { type: 'ask', question: 'Delete 3 tasks?', expiresAt: at },
  approve: { type: 'approve' },
  'deny by a person': { type: 'deny', error: 'no', by: 'person', at },
  'deny by the ending': { type: 'deny', error: 'cancelled', by: 'ending', at },
  start: { type: 'start', at },
  'finish with a result': { type: 'finish', outcome: { result: { count: 3 } }, durationMs: 1.4, at },
  'finish with an error': { type: 'finish', outcome: { error: 'no task' }, durationMs: 1.4, at },
  remember: { type: 'remember', remote: { round: 0, taskId: 't' } },
  progress: { type: 'progress', progress: { progress: 1, total: 2 } },
  inquire: { type: 'inquire', remote: { round: 1, questions: { q: form } } },
  'answer the last question': { type: 'answer', remote: { round: 1, answers: { q: { action: 'decline' } } } },
  'answer one of two': { type: 'answer', remote: { round: 1, questions: { r: form } } },
  lose: { type: 'lose', error: 'unknown', endedAt: null },
  'lose for good': { type: 'lose', error: 'unknown', endedAt: at },
  'settle as done': { type: 'settle', outcome: { result: 'done' }, at },
  'settle as not done': { type: 'settle', outcome: { error: 'not done' }, at },
  retry: { type: 'retry', remote: null },
} as const satisfies Readonly<Record<string, ToolCallChange>>
type ChangeName = keyof typeof changes

/** The whole table: the state that each change leads to. Any change that is not listed is refused. */
const table: Readonly<Record<ToolCallState, Partial<Record<ChangeName, ToolCallState>>>> = {
  pending: {
    ask: 'waiting',
    'deny by a person': 'denied',
    'deny by the ending': 'denied',
    start: 'running',
    'finish with a result': 'done',
    'finish with an error': 'failed',
    lose: 'unknown',
    'lose for good': 'unknown',
  },
  waiting: {
    approve: 'pending',
    'answer the last question': 'pending',
    'answer one of two': 'waiting',
    'deny by a person': 'denied',
    'deny by the ending': 'denied',
    'finish with a result': 'done',
    'finish with an error': 'failed',
    lose: 'unknown',
    'lose for good': 'unknown',
  },
  running: {
    ask: 'waiting',
    start: 'running',
    remember: 'running',
    progress: 'running',
    inquire: 'waiting',
    'finish with a result': 'done',
    'finish with an error': 'failed',
    lose: 'unknown',
    'lose for good': 'unknown',
  },
  done: {},
  failed: {},
  denied: {},
  unknown: {
    lose: 'unknown',
    'lose for good': 'unknown',
    'settle as done': 'done',
    'settle as not done': 'failed',
    retry: 'pending',
  },
}

describe.each(toolCallStates)('a call that is %s', (state) => {
  test.each(Object.entries(changes))('%s', (name, change) => {
    const call = { messageId, callId, state }
    const expected = table[state][name as ChangeName]
    if (expected === undefined) expect(() => applyToolCallChange(call, change)).toThrow(ToolCallStateError)
    else expect(applyToolCallChange(call, change).columns.state).toBe(expected)
  })
})

test.each<[ChangeName, ToolCallState, object, readonly object[]]>([
  [
    'ask',
    'pending',
    { state: 'waiting', expiresAt: at },
    [{ type: 'tool-call-updated', state: 'waiting', expiresAt: at.toISOString(), question: 'Delete 3 tasks?' }],
  ],
  [
    'approve',
    'waiting',
    { state: 'pending', approved: true, expiresAt: null },
    [{ type: 'tool-call-updated', state: 'pending', expiresAt: null }],
  ],
  [
    'deny by a person',
    'waiting',
    { state: 'denied', approved: false, error: 'no', endedAt: at, expiresAt: null },
    [
      { type: 'tool-call-updated', state: 'denied', expiresAt: null },
      { type: 'tool-result', error: 'no' },
    ],
  ],
  [
    'deny by the ending',
    'pending',
    { state: 'denied', error: 'cancelled', endedAt: at, expiresAt: null },
    [
      { type: 'tool-call-updated', state: 'denied', expiresAt: null },
      { type: 'tool-result', error: 'cancelled' },
    ],
  ],
  ['start', 'pending', { state: 'running', startedAt: at }, [{ type: 'tool-call-updated', state: 'running' }]],
  [
    'finish with a result',
    'running',
    { state: 'done', result: '{"count":3}', endedAt: at },
    [{ type: 'tool-result', result: { count: 3 }, durationMs: 1 }],
  ],
  [
    'finish with a result',
    'waiting',
    { state: 'done', result: '{"count":3}', endedAt: at, expiresAt: null },
    [{ type: 'tool-result', result: { count: 3 }, durationMs: 1 }],
  ],
  [
    'finish with an error',
    'pending',
    { state: 'failed', error: 'no task', endedAt: at },
    [{ type: 'tool-result', error: 'no task', durationMs: 1 }],
  ],
  [
    'lose',
    'running',
    { state: 'unknown', error: 'unknown', endedAt: null, expiresAt: null },
    [
      { type: 'tool-call-updated', state: 'unknown', expiresAt: null, awaitsOutcome: true },
      { type: 'tool-result', error: 'unknown' },
    ],
  ],
  ['lose for good', 'unknown', { state: 'unknown', endedAt: at }, []],
  [
    'inquire',
    'running',
    {
      state: 'waiting',
      approved: true,
      expiresAt: null,
      remote: '{"round":1,"questions":{"q":{"message":"How many?","schema":{"type":"object"}}}}',
    },
    [{ type: 'tool-call-updated', state: 'waiting', expiresAt: null, question: 'How many?', form }],
  ],
  [
    'answer the last question',
    'waiting',
    { state: 'pending', approved: true, expiresAt: null, remote: '{"round":1,"answers":{"q":{"action":"decline"}}}' },
    [{ type: 'tool-call-updated', state: 'pending', expiresAt: null, form: null }],
  ],
  [
    'settle as done',
    'unknown',
    { state: 'done', result: '"done"', error: null, endedAt: at },
    [
      { type: 'tool-call-updated', state: 'done' },
      { type: 'tool-result', result: 'done' },
    ],
  ],
  [
    'retry',
    'unknown',
    { state: 'pending', approved: true, error: null, remote: null },
    [{ type: 'tool-call-updated', state: 'pending' }],
  ],
])('what %s writes', (name, state, columns, events) => {
  expect(applyToolCallChange({ messageId, callId, state }, changes[name])).toEqual({
    columns,
    events: events.map((event) => ({ messageId, callId, ...event })),
  })
})
