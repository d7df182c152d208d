import { describe, expect, test } from 'vitest'
import {
  applyEvent,
  emptyConversationState,
  LogGapError,
  getMessage,
  snapshotToState,
  type Conversation,
  type ConversationEvent,
  type ConversationState,
  type EventOf,
  type GenerationNote,
  type Message,
  type ToolCallState,
} from './index.ts'

const at = '2026-01-01T00:00:09.000Z'
const earlier = '2026-01-01T00:00:00.000Z'

const conversation: Conversation = {
  id: 'c',
  title: 'Title',
  model: null,
  instructions: null,
  messageCount: 2,
  pinned: false,
  archived: false,
  unread: false,
  activeMessageId: 'answer',
  state: 'thinking',
  hasActiveGeneration: true,
  createdAt: earlier,
  updatedAt: earlier,
}
const question: Message = {
  id: 'question',
  conversationId: 'c',
  parentId: null,
  siblingIds: ['question'],
  role: 'user',
  status: 'completed',
  content: 'q',
  parts: [{ type: 'text', text: 'q' }],
  model: null,
  usage: null,
  costMicroUsd: null,
  error: null,
  createdAt: earlier,
  updatedAt: earlier,
}
const answer: Message = {
  ...question,
  id: 'answer',
  parentId: 'question',
  siblingIds: ['answer'],
  role: 'assistant',
  status: 'generating',
  content: '',
  parts: [],
  model: 'm',
}
const messageId = 'answer'
const failure = { code: 'provider-error', message: 'No.' }

function stateOf(...messages: readonly Message[]): ConversationState {
  return snapshotToState({ conversation, messages: [...messages], cursor: '10', nextCursor: null })
}

function after(state: ConversationState, ...events: readonly ConversationEvent[]): ConversationState {
  return events.reduce((folded, event) => applyEvent(folded, { seq: folded.cursor + 1, at, event }), state)
}

/** The answer after events that concern it. */
function answerAfter(start: Partial<Message>, ...events: readonly ConversationEvent[]): Message | undefined {
  return getMessage(after(stateOf(question, { ...answer, ...start }), ...events), messageId)
}

describe('the conversation', () => {
  test('[E5] a snapshot replaces everything, unless it is not newer', () => {
    const state = stateOf(question, answer)
    const event = (cursor: string): EventOf<'snapshot'> => ({
      type: 'snapshot',
      conversation: { ...conversation, title: 'New' },
      messages: [question],
      cursor,
      nextCursor: 'question',
    })
    const newer = applyEvent(state, { seq: 50, at, event: event('50') })
    expect(newer).toEqual(snapshotToState(event('50')))
    expect(applyEvent(state, { seq: 10, at, event: event('10') })).toBe(state)
    expect(applyEvent(emptyConversationState, { seq: 0, at, event: event('0') }).conversation?.title).toBe('New')
  })

  test('[E19] conversation-updated replaces it', () => {
    const changed = { ...conversation, title: 'New', pinned: true }
    expect(after(stateOf(question), { type: 'conversation-updated', conversation: changed }).conversation).toEqual(changed)
  })

  test('[E20] [E21] it is deleted, and restored', () => {
    const deleted = after(stateOf(question), { type: 'conversation-deleted' })
    expect(deleted.deleted).toBe(true)
    expect(after(deleted, { type: 'conversation-restored' }).deleted).toBe(false)
  })

  test('[E22] its state follows from its active messages: waiting, then executing, then thinking', () => {
    const running = {
      ...answer,
      id: 'other',
      parts: [{ type: 'tool-call', callId: 'k', name: 'n', args: {}, state: 'running' }],
    } as Message
    const touch: ConversationEvent = { type: 'generation-started', messageId, attempt: 1, model: 'm' }
    expect(after(stateOf(answer), touch).conversation).toMatchObject({ state: 'thinking', hasActiveGeneration: true })
    expect(after(stateOf(answer, running), touch).conversation?.state).toBe('executing')
    const waiting = after(stateOf(answer, running), { type: 'generation-waiting', messageId })
    expect(waiting.conversation).toMatchObject({ state: 'waiting', hasActiveGeneration: true })
  })
})

describe('messages', () => {
  test('[E6] message-added adds it, tells its siblings, counts it and makes it active', () => {
    const sibling: Message = { ...answer, id: 'second', siblingIds: ['answer', 'second'], status: 'queued' }
    const state = after(stateOf(question, answer), { type: 'message-added', message: sibling })
    expect(getMessage(state, 'second')).toEqual(sibling)
    expect(getMessage(state, 'answer')?.siblingIds).toEqual(['answer', 'second'])
    expect(state.conversation).toMatchObject({ messageCount: 3, activeMessageId: 'second', updatedAt: at })
  })

  test('[E7] message-removed hangs its children on its parent', () => {
    const state = after(stateOf(question, { ...answer, status: 'completed' }), {
      type: 'message-removed',
      messageId: 'question',
      parentId: null,
      siblingIds: ['other', 'answer'],
    })
    expect(getMessage(state, 'question')).toBeUndefined()
    expect(getMessage(state, 'answer')).toMatchObject({ parentId: null, siblingIds: ['other', 'answer'] })
  })
})

describe('a generation', () => {
  test('[E8] generation-queued queues the message, and brings it to readers that do not have it', () => {
    const queued = answerAfter({ status: 'interrupted', error: failure }, { type: 'generation-queued', messageId })
    expect(queued).toMatchObject({ status: 'queued', error: null, updatedAt: at })
    const brought = after(stateOf(question), { type: 'generation-queued', messageId, message: { ...answer, content: 'old' } })
    expect(getMessage(brought, messageId)).toMatchObject({ status: 'queued', content: 'old' })
  })

  test('[E9] generation-started makes it generating, with its model and no error', () => {
    const started = answerAfter(
      { status: 'queued', error: failure },
      { type: 'generation-started', messageId, attempt: 2, model: 'other' },
    )
    expect(started).toMatchObject({ status: 'generating', error: null, model: 'other', updatedAt: at })
  })

  test('[E15] generation-waiting makes it wait', () => {
    expect(answerAfter({}, { type: 'generation-waiting', messageId })?.status).toBe('waiting')
  })

  test('[E16] the notice of a retry goes with the next thing that happens', () => {
    const notice = { attempt: 2, maxAttempts: 3, delayMs: 500, reason: 'provider-overloaded' }
    const state = after(stateOf(answer), { type: 'generation-retry', messageId, ...notice })
    expect(state.retries).toEqual({ [messageId]: { ...notice, at } })
    expect(after(state, { type: 'generation-waiting', messageId }).retries).toEqual(state.retries)
    const next: ConversationEvent[] = [
      { type: 'generation-started', messageId, attempt: 2, model: 'm' },
      { type: 'text-delta', messageId, part: 0, offset: 0, text: 'a' },
      { type: 'reasoning-delta', messageId, part: 0, offset: 0, text: 'a' },
      { type: 'tool-call', messageId, part: 0, callId: 'k', name: 'n', args: {} },
      { type: 'generation-ended', messageId, status: 'error', usage: null },
    ]
    for (const event of next) expect([event.type, after(state, event).retries]).toEqual([event.type, {}])
  })

  test('[E25] a standstill goes with the next thing that happens, or when the node is back by itself', () => {
    const state = after(stateOf(answer), { type: 'generation-stalled', messageId })
    expect(state.stalled).toEqual({ [messageId]: true })
    expect(getMessage(state, messageId)).toEqual(getMessage(stateOf(answer), messageId))
    const next: ConversationEvent[] = [
      { type: 'generation-stalled', messageId, isOver: true },
      { type: 'generation-started', messageId, attempt: 2, model: 'm' },
      { type: 'text-delta', messageId, part: 0, offset: 0, text: 'a' },
      { type: 'tool-call', messageId, part: 0, callId: 'k', name: 'n', args: {} },
      { type: 'generation-ended', messageId, status: 'interrupted', usage: null },
    ]
    for (const event of next) expect([event.type, after(state, event).stalled]).toEqual([event.type, {}])
  })

  test('[E17] a note is added, and replaces one of its kind', () => {
    const note = (count: number): GenerationNote => ({ kind: 'turns-left-out', count, contextWindow: null })
    const noted = answerAfter(
      {},
      { type: 'generation-note', messageId, note: note(1) },
      { type: 'generation-note', messageId, note: note(2) },
    )
    expect(noted?.notes).toEqual([note(2)])
  })

  test('[E18] generation-ended settles message and conversation', () => {
    const usage = { inputTokens: 1, outputTokens: 2, estimated: false }
    const ended = (event: Partial<EventOf<'generation-ended'>>, ...others: readonly Message[]) =>
      after(stateOf(question, { ...answer, costMicroUsd: 7 }, ...others), {
        type: 'generation-ended',
        messageId,
        status: 'completed',
        usage,
        ...event,
      })
    expect(getMessage(ended({}), messageId)).toMatchObject({
      status: 'completed',
      usage,
      error: null,
      costMicroUsd: 7,
      updatedAt: at,
    })
    expect(getMessage(ended({ costMicroUsd: null }), messageId)?.costMicroUsd).toBeNull()
    expect(getMessage(ended({ status: 'error', error: failure }), messageId)?.error).toEqual(failure)
    expect(ended({}).conversation).toMatchObject({ unread: true, updatedAt: at, state: 'idle', hasActiveGeneration: false })
    expect(ended({ status: 'error' }).conversation?.state).toBe('error')
    expect(ended({ status: 'interrupted' }).conversation?.state).toBe('error')
    expect(ended({ status: 'cancelled' }).conversation?.state).toBe('idle')
    expect(ended({ status: 'error' }, { ...answer, id: 'other' }).conversation?.state).toBe('thinking')
  })
})

describe('the parts of an answer', () => {
  const call: ConversationEvent = { type: 'tool-call', messageId, part: 0, callId: 'k', name: 'n', args: { a: 1 } }

  test('[E10] text-delta opens a part and grows it', () => {
    const grown = answerAfter(
      {},
      { type: 'text-delta', messageId, part: 0, offset: 0, text: 'one ' },
      { type: 'text-delta', messageId, part: 0, offset: 4, text: 'two' },
    )
    expect(grown).toMatchObject({ content: 'one two', parts: [{ type: 'text', text: 'one two' }], updatedAt: at })
  })

  test('[E11] reasoning-delta is no part of the content, and says how long the model has thought', () => {
    const grown = answerAfter(
      {},
      { type: 'reasoning-delta', messageId, part: 0, offset: 0, text: 'a', durationMs: 10 },
      { type: 'reasoning-delta', messageId, part: 0, offset: 1, text: 'b', durationMs: 25 },
    )
    expect(grown).toMatchObject({ content: '', parts: [{ type: 'reasoning', text: 'ab', durationMs: 25 }] })
  })

  test('[E23] text-was-reasoning turns the end of a text into reasoning, and what follows is a new part', () => {
    const text = { type: 'text-delta', messageId, part: 0, offset: 0, text: 'one two' } as const
    const thought = { type: 'reasoning', text: 'two' }
    expect(answerAfter({}, text, { type: 'text-was-reasoning', messageId, part: 0, offset: 4, durationMs: 5 })).toMatchObject({
      content: 'one ',
      parts: [
        { type: 'text', text: 'one ' },
        { ...thought, durationMs: 5 },
      ],
      updatedAt: at,
    })
    const whole = answerAfter(
      {},
      text,
      { type: 'text-was-reasoning', messageId, part: 0, offset: 0 },
      { type: 'text-delta', messageId, part: 1, offset: 0, text: 'three' },
    )
    expect(whole?.content).toBe('three')
    expect(whole?.parts).toEqual([
      { type: 'reasoning', text: 'one two' },
      { type: 'text', text: 'three' },
    ])
    const early = { type: 'text-was-reasoning', messageId, part: 0, offset: 8 } as const
    expect(() => answerAfter({}, text, early)).toThrow(LogGapError)
    expect(() => answerAfter({}, { ...early, offset: 0 })).toThrow(LogGapError)
  })

  test('[E24] file-added appends the file, once, and text that follows is a new part', () => {
    const file = { type: 'file', fileId: 'f', name: 'picture.png', mediaType: 'image/png', bytes: 9 } as const
    const added: ConversationEvent = { type: 'file-added', messageId, part: 1, file }
    const before: ConversationEvent = { type: 'text-delta', messageId, part: 0, offset: 0, text: 'one' }
    const behind: ConversationEvent = { type: 'text-delta', messageId, part: 2, offset: 0, text: 'two' }
    expect(answerAfter({}, before, added, added, behind)).toMatchObject({
      content: 'onetwo',
      parts: [{ type: 'text', text: 'one' }, file, { type: 'text', text: 'two' }],
      updatedAt: at,
    })
    expect(() => answerAfter({}, added)).toThrow(LogGapError)
    expect(() => answerAfter({}, before, { ...added, part: 0 })).toThrow(LogGapError)
    const other: ConversationEvent = { ...added, file: { ...file, fileId: 'g' } }
    expect(() => answerAfter({}, before, added, other)).toThrow(LogGapError)
  })

  test('[E26] [E27] remark-added keeps a remark until remark-taken puts it into its place, each once', () => {
    const remark = { type: 'remark', remarkId: 'r', text: 'Shorter', authorId: 'u', createdAt: earlier } as const
    const added: ConversationEvent = { type: 'remark-added', messageId, remark }
    const other: ConversationEvent = { ...added, remark: { ...remark, remarkId: 's' } }
    const taken: ConversationEvent = { type: 'remark-taken', messageId, part: 1, remark }
    const before: ConversationEvent = { type: 'text-delta', messageId, part: 0, offset: 0, text: 'one' }
    const behind: ConversationEvent = { type: 'text-delta', messageId, part: 2, offset: 0, text: 'two' }
    const note: ConversationEvent = { type: 'generation-note', messageId, note: { kind: 'stopped-after-steps', steps: 2 } }
    expect(answerAfter({}, added, added, other)?.pendingRemarks).toEqual([remark, other.remark])
    const message = answerAfter({}, before, added, other, note, taken, taken, added, behind)
    expect(message).toMatchObject({
      content: 'onetwo',
      parts: [{ type: 'text', text: 'one' }, remark, { type: 'text', text: 'two' }],
      pendingRemarks: [other.remark],
      updatedAt: at,
    })
    expect(message).not.toHaveProperty('notes')
    expect(answerAfter({}, before, added, taken)).not.toHaveProperty('pendingRemarks')
    // A reader that has not seen it before gets all of it.
    expect(answerAfter({}, before, taken)?.parts).toHaveLength(2)
    expect(() => answerAfter({}, taken)).toThrow(LogGapError)
    expect(() => answerAfter({}, before, { ...taken, part: 0 })).toThrow(LogGapError)
  })

  test('[E12] tool-call appends a pending call, once', () => {
    const part = { type: 'tool-call', callId: 'k', name: 'n', args: { a: 1 }, state: 'pending' }
    expect(answerAfter({}, call, call)?.parts).toEqual([part])
  })

  test('[E13] tool-call-updated sets the state, and what else it names', () => {
    const waiting: ConversationEvent = {
      type: 'tool-call-updated',
      messageId,
      callId: 'k',
      state: 'waiting',
      expiresAt: at,
      question: 'Sure?',
    }
    expect(answerAfter({}, call, waiting)?.parts).toMatchObject([{ state: 'waiting', expiresAt: at, question: 'Sure?' }])
    const allowed: ConversationEvent = { type: 'tool-call-updated', messageId, callId: 'k', state: 'pending', expiresAt: null }
    expect(answerAfter({}, call, waiting, allowed)?.parts).toMatchObject([
      { state: 'pending', expiresAt: null, question: 'Sure?' },
    ])
  })

  test('[E13] an unknown call waits for a person, and loses its error when it runs again; progress is of a running call', () => {
    const update = (state: ToolCallState, more: object = {}): ConversationEvent => ({
      type: 'tool-call-updated',
      messageId,
      callId: 'k',
      state,
      ...more,
    })
    const lost = [
      update('unknown', { awaitsOutcome: true }),
      { type: 'tool-result', messageId, callId: 'k', error: 'Lost.' },
    ] as const
    expect(answerAfter({}, call, ...lost)?.parts).toMatchObject([{ state: 'unknown', awaitsOutcome: true, error: 'Lost.' }])
    const [again] = answerAfter({}, call, ...lost, update('pending', { changedArgs: { a: 1 } }))?.parts ?? []
    expect(again).toMatchObject({ state: 'pending', changedArgs: { a: 1 } })
    expect(Object.keys(again ?? {})).not.toContain('error')
    expect(Object.keys(again ?? {})).not.toContain('awaitsOutcome')
    const form = { message: 'Which day?', schema: { type: 'object' } }
    expect(answerAfter({}, call, update('waiting', { form }))?.parts).toMatchObject([{ state: 'waiting', form }])
    expect(answerAfter({}, call, update('waiting', { form }), update('pending', { form: null }))?.parts).toMatchObject([
      { form: null },
    ])
    const progress = { progress: 1, total: 2 }
    expect(answerAfter({}, call, update('running', { progress }), update('running'))?.parts).toMatchObject([{ progress }])
    const [ended] =
      answerAfter({}, call, update('running', { progress }), { type: 'tool-result', messageId, callId: 'k' })?.parts ?? []
    expect(Object.keys(ended ?? {})).not.toContain('progress')
    expect(
      answerAfter({}, call, ...lost, update('done'), { type: 'tool-result', messageId, callId: 'k', result: 1 })?.parts,
    ).toEqual([{ type: 'tool-call', callId: 'k', name: 'n', args: { a: 1 }, state: 'done', result: 1 }])
  })

  test('[E14] tool-result ends the call as done or failed, and leaves denied and unknown', () => {
    const update = (state: ToolCallState): ConversationEvent => ({ type: 'tool-call-updated', messageId, callId: 'k', state })
    const result = (more: object): ConversationEvent => ({ type: 'tool-result', messageId, callId: 'k', ...more })
    expect(answerAfter({}, call, result({ result: [1] }))?.parts).toMatchObject([{ state: 'done', result: [1] }])
    expect(answerAfter({}, call, result({}))?.parts).toMatchObject([{ state: 'done', result: null }])
    expect(answerAfter({}, call, result({ error: 'No.' }))?.parts).toMatchObject([{ state: 'failed', error: 'No.' }])
    for (const state of ['denied', 'unknown'] as const) {
      expect(answerAfter({}, call, update(state), result({ error: 'No.' }))?.parts).toMatchObject([{ state, error: 'No.' }])
    }
  })
})
