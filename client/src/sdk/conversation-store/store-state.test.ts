import { emptyConversationState, type ConversationEvent, type EventRecord } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { toConversation, toMessage } from '../../../test/fake-log-server.ts'
import type { OutboxItem } from '../outbox/outbox-item.ts'
import type { Failure } from '../transport/failure.ts'
import { createStoreState, transition, type StoreEvent, type StoreState } from './store-state.ts'

const failure: Failure = { kind: 'refused', code: 'NOT_FOUND', reason: null, message: 'no', issues: [], retryAfterMs: 0 }
const question = toMessage('u1', { content: 'Hello' })
const answer = toMessage('a1', { role: 'assistant', parentId: 'u1', status: 'generating' })
const later = toMessage('u2', { parentId: 'a1', content: 'More' })
const conversation = toConversation('c', { activeMessageId: 'a1' })

const loading = createStoreState({})
const ready: StoreState = {
  ...loading,
  loading: { status: 'ready' },
  log: { ...emptyConversationState, conversation, settled: { u1: question }, running: { a1: answer }, cursor: 3 },
}
const onBranch: StoreState = { ...ready, choice: { kind: 'leaf', leafId: 'a1' }, activeWhenChosen: 'a1' }
/** Choices are compared by identity. */
const missingLeaf = { kind: 'leaf', leafId: 'gone' } as const
const sending: StoreState = { ...ready, choice: { kind: 'sent', requestId: 'r', then: 'active' } }
const sendingOnBranch: StoreState = { ...onBranch, choice: { kind: 'sent', requestId: 'r', then: 'leaf' } }
const item: OutboxItem = {
  requestId: 'r',
  conversationId: 'c',
  create: false,
  parentId: 'a1',
  content: 'More',
  model: null,
  userMessageId: 'u2',
  assistantMessageId: 'a2',
  createdAt: '2026-01-01T00:00:00.000Z',
  failure: null,
  state: 'sent',
  retryAt: null,
  needsSignIn: false,
  isKept: true,
}

const toRecords = (...events: ConversationEvent[]): EventRecord[] =>
  events.map((event, index) => ({ seq: 4 + index, at: '2026-01-01T00:00:00.000Z', event }))
const records = (...events: ConversationEvent[]): StoreEvent => ({
  type: 'records',
  records: toRecords(...events),
  items: [item],
})
const snapshot: ConversationEvent = {
  type: 'snapshot',
  conversation,
  messages: [question, answer],
  cursor: '3',
  nextCursor: null,
}
const ended: ConversationEvent = { type: 'generation-ended', messageId: 'a1', status: 'completed', usage: null }

const table: [string, StoreState, StoreEvent, Partial<StoreState>][] = [
  [
    'the first snapshot makes it ready, and says what was active',
    loading,
    records(snapshot),
    { loading: { status: 'ready' }, activeWhenChosen: 'a1' },
  ],
  [
    'a heartbeat makes it ready',
    loading,
    { type: 'records', records: [], items: [] },
    { loading: { status: 'ready' }, log: loading.log },
  ],
  [
    'a conversation that does not exist is missing',
    loading,
    { type: 'follow-failed', failure },
    { loading: { status: 'missing', failure } },
  ],
  [
    'another failure can be tried again',
    loading,
    { type: 'follow-failed', failure: { ...failure, code: 'BAD_REQUEST' } },
    { loading: { status: 'failed', failure: { ...failure, code: 'BAD_REQUEST' } } },
  ],
  [
    'a reload before anything was read is loading',
    { ...loading, loading: { status: 'failed', failure } },
    { type: 'reloading' },
    { loading: { status: 'loading' } },
  ],
  [
    'a reload shows what was read before',
    { ...ready, loading: { status: 'failed', failure } },
    { type: 'reloading' },
    { loading: { status: 'ready' } },
  ],
  ['a conversation that begins here is ready', loading, { type: 'begins-here' }, { loading: { status: 'ready' } }],
  [
    'sent on the active branch: back to it afterwards',
    ready,
    { type: 'sent', requestId: 'r' },
    { choice: { kind: 'sent', requestId: 'r', then: 'active' } },
  ],
  [
    'sent on a chosen branch: stays on it afterwards',
    onBranch,
    { type: 'sent', requestId: 'r' },
    { choice: { kind: 'sent', requestId: 'r', then: 'leaf' } },
  ],
  [
    'sent twice on a chosen branch: stays on it afterwards',
    sendingOnBranch,
    { type: 'sent', requestId: 's' },
    { choice: { kind: 'sent', requestId: 's', then: 'leaf' } },
  ],
  [
    'the log holds what was sent on the active branch',
    sending,
    records({ type: 'message-added', message: later }),
    { choice: { kind: 'active' } },
  ],
  [
    'the log holds what was sent on a chosen branch',
    sendingOnBranch,
    records({ type: 'message-added', message: later }),
    { choice: { kind: 'leaf', leafId: 'u2' } },
  ],
  ['the log holds something else: what was sent is still sent', sending, records(ended), { choice: sending.choice }],
  [
    'a chosen branch grows',
    onBranch,
    records({ type: 'message-added', message: later }),
    { choice: { kind: 'leaf', leafId: 'u2' } },
  ],
  [
    'a chosen branch whose end is removed ends above it',
    { ...onBranch, log: { ...ready.log, settled: { u1: question, a1: answer }, running: {} } },
    records({ type: 'message-removed', messageId: 'a1', siblingIds: [], parentId: 'u1' }),
    { choice: { kind: 'leaf', leafId: 'u1' } },
  ],
  [
    'a branch that is known is shown down to its end',
    ready,
    { type: 'branch-chosen', messageId: 'u1' },
    { choice: { kind: 'leaf', leafId: 'a1' }, activeWhenChosen: 'a1' },
  ],
  [
    'a branch that is not known is shown when it is loaded',
    ready,
    { type: 'branch-chosen', messageId: 'x' },
    { choice: { kind: 'active' } },
  ],
  [
    'a branch that is loaded is shown',
    ready,
    { type: 'branch-loaded', messageId: 'u2', chosen: ready.choice, messages: [later] },
    { choice: { kind: 'leaf', leafId: 'u2' } },
  ],
  [
    'a branch that is loaded after another choice is not shown',
    onBranch,
    { type: 'branch-loaded', messageId: 'u2', chosen: ready.choice, messages: [later] },
    { choice: onBranch.choice },
  ],
  [
    'a branch that cannot be loaded and of which nothing is known gives way',
    { ...onBranch, choice: missingLeaf },
    { type: 'branch-not-loaded', chosen: missingLeaf },
    { choice: { kind: 'active' } },
  ],
  [
    'a branch that cannot be loaded again stays',
    onBranch,
    { type: 'branch-not-loaded', chosen: onBranch.choice },
    { choice: onBranch.choice },
  ],
  ['the newest branch is followed from then on', onBranch, { type: 'newest-chosen' }, { choice: { kind: 'active' } }],
  [
    'another answer is shown on a chosen branch',
    onBranch,
    { type: 'answer-added', messageId: 'b1' },
    { choice: { kind: 'leaf', leafId: 'b1' } },
  ],
  [
    'another answer on the active branch is active by itself',
    ready,
    { type: 'answer-added', messageId: 'b1' },
    { choice: { kind: 'active' } },
  ],
  ['the page above is loading', ready, { type: 'earlier-requested' }, { earlier: 'loading' }],
  [
    'the page above is there',
    { ...ready, earlier: 'loading' },
    { type: 'earlier-loaded', page: { messages: [], nextCursor: null } },
    { earlier: 'no' },
  ],
  ['the page above could not be loaded', { ...ready, earlier: 'loading' }, { type: 'earlier-failed' }, { earlier: 'failed' }],
  ['an answer is asked to stop', ready, { type: 'stop-requested', messageId: 'a1' }, { stopping: { a1: true } }],
  ['an answer that has ended is not stopping', { ...ready, stopping: { a1: true } }, records(ended), { stopping: {} }],
  [
    'a stop that failed is undone',
    { ...ready, stopping: { a1: true } },
    { type: 'stop-failed', messageId: 'a1' },
    { stopping: {} },
  ],
  ['a decision shows', ready, { type: 'decided', callId: 'call', approve: false }, { decisions: { call: false } }],
  [
    'a decision of a call that no longer waits is settled',
    { ...ready, decisions: { call: true } },
    records(ended),
    { decisions: {} },
  ],
  [
    'a decision can be undone',
    { ...ready, decisions: { call: true } },
    { type: 'decision-undone', callId: 'call' },
    { decisions: {} },
  ],
]

test.each(table)('%s', (_, state, event, changed) => {
  const next = transition(state, event)
  expect(next).toEqual({ ...next, ...changed })
})
