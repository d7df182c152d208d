import type { Conversation, ConversationStatus, Snapshot } from './conversation.ts'
import type { ConversationEvent, EventOf, EventRecord } from './events.ts'
import { isActive, isEndNote } from './generation.ts'
import { partsToContent, type Message, type Part, type ToolCallPart } from './message.ts'
import type { Id } from './ids.ts'
import { addRemark, setReaction } from './remarks-and-reactions.ts'

/** A provider did not answer and will be asked again. Shown until the answer continues. */
export interface RetryNotice {
  readonly attempt: number
  readonly maxAttempts: number
  readonly delayMs: number
  readonly reason: string
  readonly at: string
}

/**
 * The state of a conversation, as far as this reader has loaded it. Settled and running messages are separate, so that applying a
 * delta copies only the few running ones, however long the conversation is.
 */
export interface ConversationState {
  /** The seq of the last event applied; 0 before the first. */
  readonly cursor: number
  readonly conversation: Conversation | null
  readonly settled: Readonly<Record<Id, Message>>
  readonly running: Readonly<Record<Id, Message>>
  readonly retries: Readonly<Record<Id, RetryNotice>>
  /** Answers whose node gives no sign of life. */
  readonly stalled: Readonly<Record<Id, true>>
  /** `messages.list`'s `before` for the page above the oldest loaded message; null at the root. */
  readonly nextCursor: string | null
  readonly deleted: boolean
}

export const emptyConversationState: ConversationState = {
  cursor: 0,
  conversation: null,
  settled: {},
  running: {},
  retries: {},
  stalled: {},
  nextCursor: null,
  deleted: false,
}

/** [F3] An event does not continue the state: something is missing. The reader has to follow again, without a cursor. */
export class LogGapError extends Error {
  override readonly name = 'LogGapError'
}

/**
 * The only fold: the state of a conversation after one more event. Pure; unchanged parts keep their identity.
 *
 * [F1] An event whose seq was already applied changes nothing. [F2] An unknown type changes nothing but still advances the cursor.
 * @throws LogGapError when a seq or an offset is missing in between.
 */
export function applyEvent(state: ConversationState, record: EventRecord): ConversationState {
  const { seq, event } = record
  if (event.type === 'snapshot') return seq <= state.cursor && state.conversation ? state : snapshotToState(event)
  if (seq <= state.cursor) return state
  if (seq !== state.cursor + 1) throw new LogGapError(`event ${seq} after ${state.cursor}`)
  return { ...applyToMessages(state, event, record.at), cursor: seq }
}

/** Applies a batch in order. @throws LogGapError as {@link applyEvent}. */
export function applyEvents(state: ConversationState, records: readonly EventRecord[]): ConversationState {
  return records.reduce(applyEvent, state)
}

/** A message after the events that concern it; other events are ignored. @throws LogGapError */
export function foldMessage(message: Message, records: readonly EventRecord[]): Message {
  let state = putMessages(emptyConversationState, [message])
  for (const record of records) state = applyEvent({ ...state, cursor: record.seq - 1 }, record)
  return getMessage(state, message.id) ?? message
}

export function snapshotToState(snapshot: Snapshot): ConversationState {
  const { conversation, messages, cursor, nextCursor } = snapshot
  return putMessages({ ...emptyConversationState, conversation, cursor: Number(cursor), nextCursor }, messages)
}

/** Adds a page of older messages (`messages.list`). Messages that are already loaded stay: they are at least as new. */
export function addPage(
  state: ConversationState,
  page: { messages: readonly Message[]; nextCursor: string | null },
): ConversationState {
  const unknown = page.messages.filter((message) => !getMessage(state, message.id))
  return { ...putMessages(state, unknown), nextCursor: page.nextCursor }
}

export function getMessage(state: ConversationState, id: Id): Message | undefined {
  return state.running[id] ?? state.settled[id]
}

/** The loaded part of the path that ends at `leafId`, oldest first. */
export function pathTo(state: ConversationState, leafId: Id | null): Message[] {
  const path: Message[] = []
  let id = leafId
  while (id !== null) {
    const message = getMessage(state, id)
    if (!message) break
    path.push(message)
    id = message.parentId
  }
  return path.reverse()
}

function applyToMessages(state: ConversationState, event: ConversationEvent, at: string): ConversationState {
  switch (event.type) {
    case 'message-added':
      return addMessage(state, event.message, at)
    case 'message-removed':
      return removeMessage(state, event)
    case 'generation-queued':
      return queueMessage(state, event, at)
    case 'generation-started':
      return deriveStatus(
        changeMessage(clearNotices(state, event.messageId), event.messageId, (message) => ({
          ...message,
          status: 'generating',
          error: null,
          model: event.model,
          updatedAt: at,
        })),
      )
    case 'text-delta':
    case 'reasoning-delta':
      return changeMessage(clearNotices(state, event.messageId), event.messageId, (message) => appendDelta(message, event, at))
    case 'text-was-reasoning':
      return changeMessage(state, event.messageId, (message) => textToReasoning(message, event, at))
    case 'tool-call':
      return changeMessage(clearNotices(state, event.messageId), event.messageId, (message) => addToolCall(message, event, at))
    case 'file-added':
      return changeMessage(clearNotices(state, event.messageId), event.messageId, (message) => addFile(message, event, at))
    case 'remark-added':
      return changeMessage(state, event.messageId, (message) => addRemark(message, event, at))
    case 'remark-taken':
      return changeMessage(clearNotices(state, event.messageId), event.messageId, (message) => takeRemark(message, event, at))
    case 'reaction-changed':
      return changeMessage(state, event.messageId, (message) => setReaction(message, event, at))
    case 'tool-call-updated':
      return deriveStatus(changeToolCall(state, event.messageId, event.callId, at, (call) => updateToolCall(call, event)))
    case 'tool-result':
      return deriveStatus(changeToolCall(state, event.messageId, event.callId, at, (call) => endToolCall(call, event)))
    case 'generation-waiting':
      return deriveStatus(changeMessage(state, event.messageId, (message) => ({ ...message, status: 'waiting', updatedAt: at })))
    case 'generation-retry': {
      const { attempt, maxAttempts, delayMs, reason } = event
      const notice: RetryNotice = { attempt, maxAttempts, delayMs, reason, at }
      return { ...state, retries: { ...state.retries, [event.messageId]: notice } }
    }
    case 'generation-stalled': {
      if (event.isOver === true) return { ...state, stalled: withoutKey(state.stalled, event.messageId) }
      return { ...state, stalled: { ...state.stalled, [event.messageId]: true } }
    }
    case 'generation-note':
      return changeMessage(state, event.messageId, (message) => addNote(message, event, at))
    case 'generation-ended':
      return endGeneration(state, event, at)
    case 'conversation-updated':
      return { ...state, conversation: event.conversation }
    case 'conversation-deleted':
      return { ...state, deleted: true }
    case 'conversation-restored':
      return { ...state, deleted: false }
    case 'snapshot':
      return state
    default:
      // [F2] A newer server may send types that this build does not know.
      event satisfies never
      return state
  }
}

function addMessage(state: ConversationState, message: Message, at: string): ConversationState {
  const siblings: Message[] = message.siblingIds
    .filter((id) => id !== message.id)
    .flatMap((id) => getMessage(state, id) ?? [])
    .map((sibling) => ({ ...sibling, siblingIds: message.siblingIds }))
  const next = putMessages(state, [...siblings, message])
  return deriveStatus(
    changeConversation(next, (conversation) => ({
      ...conversation,
      messageCount: conversation.messageCount + 1,
      activeMessageId: message.id,
      updatedAt: at,
    })),
  )
}

/** [F5] An answer on a branch that this reader has not loaded may continue. From now on the reader holds it, like every running message. */
function queueMessage(state: ConversationState, event: EventOf<'generation-queued'>, at: string): ConversationState {
  const message = getMessage(state, event.messageId) ?? event.message
  if (!message) return state
  const { notes = [], ...rest } = message
  const kept = notes.filter((note) => !isEndNote(note))
  const queued: Message = { ...rest, status: 'queued', error: null, updatedAt: at }
  return deriveStatus(putMessages(state, [kept.length === 0 ? queued : { ...queued, notes: kept }]))
}

/** [M3] The children of a removed message become children of its parent. */
function removeMessage(state: ConversationState, event: EventOf<'message-removed'>): ConversationState {
  const { messageId, siblingIds } = event
  const removed = getMessage(state, messageId)
  const parentId = event.parentId === undefined ? removed?.parentId : event.parentId
  const changed = [...Object.values(state.settled), ...Object.values(state.running)].flatMap((message) => {
    if (message.parentId === messageId && parentId !== undefined) return { ...message, parentId, siblingIds }
    return message.siblingIds.includes(messageId) && message.id !== messageId ? { ...message, siblingIds } : []
  })
  const next = putMessages(state, changed)
  return deriveStatus({
    ...next,
    settled: withoutKey(next.settled, messageId),
    running: withoutKey(next.running, messageId),
  })
}

function endGeneration(state: ConversationState, event: EventOf<'generation-ended'>, at: string): ConversationState {
  const ended = changeMessage(clearNotices(state, event.messageId), event.messageId, (message) => ({
    ...message,
    status: event.status,
    usage: event.usage,
    error: event.error ?? null,
    costMicroUsd: event.costMicroUsd === undefined ? message.costMicroUsd : event.costMicroUsd,
    updatedAt: at,
  }))
  const failed = event.status === 'error' || event.status === 'interrupted'
  return changeConversation(deriveStatus(ended), (conversation) => ({
    ...conversation,
    unread: true,
    updatedAt: at,
    state: conversation.hasActiveGeneration ? conversation.state : failed ? 'error' : 'idle',
  }))
}

function appendDelta(message: Message, event: EventOf<'text-delta' | 'reasoning-delta'>, at: string): Message {
  const type = event.type === 'text-delta' ? 'text' : 'reasoning'
  const known = message.parts[event.part]
  if (known && known.type !== type) throw new LogGapError(`part ${event.part} of ${message.id} is not ${type}`)
  if (!known && event.part > message.parts.length) throw new LogGapError(`part ${event.part} of ${message.id} is missing`)
  const before = known?.text ?? ''
  // [F4] The offset proves that the text is complete: repeated text is skipped, and a gap before it is an error.
  if (event.offset > before.length) throw new LogGapError(`text of ${message.id} is missing before ${event.offset}`)
  const fresh = event.text.slice(before.length - event.offset)
  if (fresh === '' && known) return message
  const part: Part = { ...known, type, text: before + fresh, ...toDuration(event) }
  const parts = known ? message.parts.with(event.part, part) : [...message.parts, part]
  const isLast = event.part >= message.parts.length - 1
  const content = type === 'reasoning' ? message.content : isLast ? message.content + fresh : partsToContent(parts)
  return { ...message, parts, content, updatedAt: at }
}

function toDuration(event: EventOf<'text-delta' | 'reasoning-delta'>): { durationMs?: number } {
  return event.type === 'text-delta' || event.durationMs === undefined ? {} : { durationMs: event.durationMs }
}

/** [E23] The text before `offset` stays text; the rest becomes a reasoning part in its place or behind it. */
function textToReasoning(message: Message, event: EventOf<'text-was-reasoning'>, at: string): Message {
  const known = message.parts[event.part]
  if (known?.type !== 'text' || event.offset > known.text.length) {
    throw new LogGapError(`part ${event.part} of ${message.id} is no text of ${event.offset} units`)
  }
  const text = known.text.slice(event.offset)
  const { durationMs } = event
  const reasoning: Part = { type: 'reasoning', text, ...(durationMs === undefined ? {} : { durationMs }) }
  const kept: Part[] = event.offset === 0 ? [] : [{ ...known, text: known.text.slice(0, event.offset) }]
  const parts = message.parts.toSpliced(event.part, 1, ...kept, reasoning)
  return { ...message, parts, content: partsToContent(parts), updatedAt: at }
}

/** [F7] One note of each kind: the newest replaces the others. */
function addNote(message: Message, { note }: EventOf<'generation-note'>, at: string): Message {
  const others = (message.notes ?? []).filter(({ kind }) => kind !== note.kind)
  return { ...message, notes: [...others, note], updatedAt: at }
}

function addToolCall(message: Message, event: EventOf<'tool-call'>, at: string): Message {
  const known = message.parts[event.part]
  if (known) {
    if (known.type === 'tool-call' && known.callId === event.callId) return message
    throw new LogGapError(`part ${event.part} of ${message.id} is not the call ${event.callId}`)
  }
  if (event.part > message.parts.length) throw new LogGapError(`part ${event.part} of ${message.id} is missing`)
  const { callId, name, args } = event
  return { ...message, parts: [...message.parts, { type: 'tool-call', callId, name, args, state: 'pending' }], updatedAt: at }
}

/** [E13] A call that is not at its end has no error, and only one that runs has progress. */
function updateToolCall(call: ToolCallPart, event: EventOf<'tool-call-updated'>): ToolCallPart {
  const { error, progress, awaitsOutcome: _, ...rest } = call
  const { state, expiresAt, question, form, changedArgs, awaitsOutcome } = event
  const isOpen = state === 'pending' || state === 'waiting' || state === 'running'
  const shown = state === 'running' ? (event.progress ?? progress) : undefined
  return {
    ...rest,
    state,
    ...(error === undefined || isOpen ? {} : { error }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(question === undefined ? {} : { question }),
    ...(form === undefined ? {} : { form }),
    ...(changedArgs === undefined ? {} : { changedArgs }),
    ...(awaitsOutcome === undefined ? {} : { awaitsOutcome }),
    ...(shown === undefined ? {} : { progress: shown }),
  }
}

/** [E14] A result takes the place of an error: a person may have said what became of a call whose outcome was unknown. */
function endToolCall(call: ToolCallPart, event: EventOf<'tool-result'>): ToolCallPart {
  const { error: _, progress: _progress, ...rest } = call
  return {
    ...rest,
    ...(event.error === undefined
      ? { state: 'done' as const, result: event.result ?? null }
      : { state: call.state === 'denied' || call.state === 'unknown' ? call.state : ('failed' as const), error: event.error }),
    ...(event.durationMs === undefined ? {} : { durationMs: event.durationMs }),
  }
}

/** [E24] The file's id tells a repeat apart from another part. */
function addFile(message: Message, { part, file }: EventOf<'file-added'>, at: string): Message {
  const known = message.parts[part]
  if (known) {
    if (known.type === 'file' && known.fileId === file.fileId) return message
    throw new LogGapError(`part ${part} of ${message.id} is not the file ${file.fileId}`)
  }
  if (part > message.parts.length) throw new LogGapError(`part ${part} of ${message.id} is missing`)
  return { ...message, parts: [...message.parts, file], updatedAt: at }
}

/** [E27] The remark follows what the answer is so far. Notes on an end that it has put off go. */
function takeRemark(message: Message, { part, remark }: EventOf<'remark-taken'>, at: string): Message {
  const known = message.parts[part]
  if (known) {
    if (known.type === 'remark' && known.remarkId === remark.remarkId) return message
    throw new LogGapError(`part ${part} of ${message.id} is not the remark ${remark.remarkId}`)
  }
  if (part > message.parts.length) throw new LogGapError(`part ${part} of ${message.id} is missing`)
  const { pendingRemarks = [], notes = [], ...rest } = message
  const pending = pendingRemarks.filter(({ remarkId }) => remarkId !== remark.remarkId)
  const kept = notes.filter((note) => !isEndNote(note))
  return {
    ...rest,
    parts: [...message.parts, remark],
    ...(kept.length === 0 ? {} : { notes: kept }),
    ...(pending.length === 0 ? {} : { pendingRemarks: pending }),
    updatedAt: at,
  }
}

function changeToolCall(
  state: ConversationState,
  messageId: Id,
  callId: string,
  at: string,
  change: (call: ToolCallPart) => ToolCallPart,
): ConversationState {
  return changeMessage(state, messageId, (message) => ({
    ...message,
    parts: message.parts.map((part) => (part.type === 'tool-call' && part.callId === callId ? change(part) : part)),
    updatedAt: at,
  }))
}

/** The answer goes on, or has ended: neither a retry nor a standstill is to be shown any longer. */
function clearNotices(state: ConversationState, messageId: Id): ConversationState {
  if (!(messageId in state.retries) && !(messageId in state.stalled)) return state
  return { ...state, retries: withoutKey(state.retries, messageId), stalled: withoutKey(state.stalled, messageId) }
}

function withoutKey<Value>(record: Readonly<Record<Id, Value>>, key: Id): Readonly<Record<Id, Value>> {
  if (!(key in record)) return record
  const { [key]: _, ...rest } = record
  return rest
}

/** Ignores a message that this reader has not loaded: when it is needed, it is read as a whole at a later cursor. */
function changeMessage(state: ConversationState, id: Id, change: (message: Message) => Message): ConversationState {
  const message = getMessage(state, id)
  if (!message) return state
  const next = change(message)
  return next === message ? state : putMessages(state, [next])
}

function putMessages(state: ConversationState, messages: readonly Message[]): ConversationState {
  let { settled, running } = state
  for (const message of messages) {
    const { id } = message
    if (isActive(message.status)) {
      settled = withoutKey(settled, id)
      running = { ...running, [id]: message }
    } else {
      running = withoutKey(running, id)
      settled = settled === state.settled ? { ...settled } : settled
      ;(settled as Record<Id, Message>)[id] = message
    }
  }
  return { ...state, settled, running }
}

function changeConversation(state: ConversationState, change: (conversation: Conversation) => Conversation): ConversationState {
  return state.conversation ? { ...state, conversation: change(state.conversation) } : state
}

/** [F5] Every reader holds all running messages, so the status of the conversation follows from them. */
function deriveStatus(state: ConversationState): ConversationState {
  const running = Object.values(state.running)
  return changeConversation(state, (conversation) => ({
    ...conversation,
    hasActiveGeneration: running.length > 0,
    state: messagesToStatus(running) ?? (conversation.hasActiveGeneration ? 'idle' : conversation.state),
  }))
}

/** The status of a conversation with these messages; null if none is active. Waiting for an approval takes precedence. */
export function messagesToStatus(messages: readonly Message[]): ConversationStatus | null {
  const active = messages.filter((message) => isActive(message.status))
  if (active.length === 0) return null
  if (active.some((message) => message.status === 'waiting')) return 'waiting'
  const executes = active.some((message) => message.parts.some((part) => part.type === 'tool-call' && part.state === 'running'))
  return executes ? 'executing' : 'thinking'
}
