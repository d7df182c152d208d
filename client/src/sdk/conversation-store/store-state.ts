import {
  addPage,
  emptyConversationState,
  getMessage,
  isActive,
  type ConversationState,
  type EventRecord,
  type Id,
  type Message,
} from '@holdfast/shared'
import type { OutboxItem } from '../outbox/outbox-item.ts'
import type { Failure } from '../transport/failure.ts'
import { applyRecords } from './apply-records.ts'
import { newestLeafBelow, type PathChoice } from './path.ts'

/**
 * The state of a conversation store, and `transition`, which alone makes the next one. It is a value: no clock, no network.
 *
 * Invariants:
 * - `log` is what the server's log says, up to its cursor. Only records and pages from the server change it; what this device is about
 *   to do is beside it (`stopping`, `decisions`, the outbox) until the log says it.
 * - A chosen branch (`choice.kind === 'leaf'`) grows with what is added below its end, and gives way to the active one only when
 *   nothing of it is left.
 * - `sent` lasts until the log holds the sent message; then the choice is what `then` says.
 */
export interface StoreState {
  /** The fold of the log, as far as it was read. */
  readonly log: ConversationState
  readonly loading: LoadingState
  readonly choice: PathChoice
  /** The active leaf when the branch was chosen: another one later is news. Null before anything is known. */
  readonly activeWhenChosen: Id | null
  /** The page above the first message. */
  readonly earlier: 'no' | 'loading' | 'failed'
  /** Answers that were asked to stop and still run. */
  readonly stopping: Readonly<Record<Id, true>>
  /** Decisions made here about tool calls that still wait, by call. */
  readonly decisions: Readonly<Record<string, boolean>>
}

export type LoadingState =
  | { readonly status: 'loading' }
  /** The log was read, or the conversation begins here and does not exist on the server yet. */
  | { readonly status: 'ready' }
  /** `missing`: no such conversation for this user. */
  | { readonly status: 'missing' | 'failed'; readonly failure: Failure }

export type StoreEvent =
  /** A follow delivered. `items`: the outbox of this conversation. */
  | { readonly type: 'records'; readonly records: readonly EventRecord[]; readonly items: readonly OutboxItem[] }
  | { readonly type: 'follow-failed'; readonly failure: Failure }
  | { readonly type: 'reloading' }
  /** The conversation begins with a message that waits in the outbox. */
  | { readonly type: 'begins-here' }
  | { readonly type: 'sent'; readonly requestId: Id }
  | { readonly type: 'branch-chosen'; readonly messageId: Id }
  /** `chosen` is the choice for which the branch was loaded: a later one counts more. */
  | { readonly type: 'branch-loaded'; readonly messageId: Id; readonly chosen: PathChoice; readonly messages: readonly Message[] }
  | { readonly type: 'branch-not-loaded'; readonly chosen: PathChoice }
  | { readonly type: 'newest-loaded'; readonly messages: readonly Message[] }
  | { readonly type: 'newest-chosen' }
  | { readonly type: 'answer-added'; readonly messageId: Id }
  | { readonly type: 'earlier-requested' }
  | { readonly type: 'earlier-loaded'; readonly page: Parameters<typeof addPage>[1] }
  | { readonly type: 'earlier-failed' }
  | { readonly type: 'stop-requested'; readonly messageId: Id }
  | { readonly type: 'stop-failed'; readonly messageId: Id }
  | { readonly type: 'decided'; readonly callId: string; readonly approve: boolean }
  | { readonly type: 'decision-undone'; readonly callId: string }

export function createStoreState(options: {
  readonly leafId?: Id | undefined
  readonly activeWhenChosen?: Id | undefined
}): StoreState {
  return {
    log: emptyConversationState,
    loading: { status: 'loading' },
    choice: options.leafId ? { kind: 'leaf', leafId: options.leafId } : { kind: 'active' },
    activeWhenChosen: options.activeWhenChosen ?? null,
    earlier: 'no',
    stopping: {},
    decisions: {},
  }
}

/** @throws LogGapError when records are missing: follow the log again from its start */
export function transition(state: StoreState, event: StoreEvent): StoreState {
  switch (event.type) {
    case 'records':
      return takeRecords({ ...state, loading: { status: 'ready' } }, event.records, event.items)
    case 'follow-failed': {
      const status = event.failure.code === 'NOT_FOUND' ? 'missing' : 'failed'
      return { ...state, loading: { status, failure: event.failure } }
    }
    case 'reloading':
      return { ...state, loading: { status: state.log.cursor > 0 ? 'ready' : 'loading' } }
    case 'begins-here':
      return { ...state, loading: { status: 'ready' } }
    case 'sent':
      return {
        ...state,
        choice: { kind: 'sent', requestId: event.requestId, then: isOnActive(state.choice) ? 'active' : 'leaf' },
      }
    case 'branch-chosen':
      return chooseBranch(state, event.messageId)
    case 'branch-loaded':
      return takeBranch(state, event)
    case 'branch-not-loaded': {
      const isEmpty = event.chosen.kind === 'leaf' && !getMessage(state.log, event.chosen.leafId)
      return state.choice === event.chosen && isEmpty ? { ...state, choice: { kind: 'active' } } : state
    }
    case 'newest-loaded':
      return { ...state, log: addMessages(state.log, event.messages) }
    case 'newest-chosen':
      return { ...state, choice: { kind: 'active' } }
    case 'answer-added':
      return state.choice.kind === 'active' ? state : { ...state, choice: { kind: 'leaf', leafId: event.messageId } }
    case 'earlier-requested':
      return { ...state, earlier: 'loading' }
    case 'earlier-loaded':
      return { ...state, log: addPage(state.log, event.page), earlier: 'no' }
    case 'earlier-failed':
      return { ...state, earlier: 'failed' }
    case 'stop-requested':
      return { ...state, stopping: { ...state.stopping, [event.messageId]: true } }
    case 'stop-failed':
      return { ...state, stopping: without(state.stopping, event.messageId) }
    case 'decided':
      return { ...state, decisions: { ...state.decisions, [event.callId]: event.approve } }
    case 'decision-undone':
      return { ...state, decisions: without(state.decisions, event.callId) }
  }
}

/** The leaf of the branch that the server calls active; null before it is known. */
export function activeLeafId(state: StoreState): Id | null {
  return state.log.conversation?.activeMessageId ?? null
}

export function isRunning(message: Message | undefined): boolean {
  return message !== undefined && isActive(message.status)
}

function takeRecords(before: StoreState, records: readonly EventRecord[], items: readonly OutboxItem[]): StoreState {
  if (records.length === 0) return before
  const read = { ...before, log: applyRecords(before.log, records) }
  // A branch from an earlier page was chosen before anything that comes from now on.
  const isFirst = read.activeWhenChosen === null && records.some(({ event }) => event.type === 'snapshot')
  const known = isFirst ? { ...read, activeWhenChosen: activeLeafId(read) } : read
  const grown = { ...known, choice: growBranch(known.log, known.choice, records) }
  return {
    ...grown,
    choice: items.reduce((choice, item) => settleSent(grown.log, choice, item), grown.choice),
    stopping: keepRunning(grown.log, grown.stopping),
    decisions: keepWaiting(grown.decisions, Object.values(grown.log.running)),
  }
}

/** The choice after records: a chosen branch grows with what is added below its end. */
function growBranch(log: ConversationState, before: PathChoice, records: readonly EventRecord[]): PathChoice {
  let choice = before
  for (const { event } of records) {
    if (choice.kind !== 'leaf') return choice
    const { leafId } = choice
    if (event.type === 'message-added' && event.message.parentId === leafId) {
      choice = { kind: 'leaf', leafId: event.message.id }
    } else if (event.type === 'message-removed' && event.messageId === leafId) {
      const { parentId } = event
      const isLeft = parentId != null && getMessage(log, parentId) !== undefined
      choice = isLeft ? { kind: 'leaf', leafId: newestLeafBelow(log, parentId) } : { kind: 'active' }
    } else if (event.type === 'snapshot' && getMessage(log, leafId)) {
      choice = { kind: 'leaf', leafId: newestLeafBelow(log, leafId) }
    }
  }
  return choice
}

/** A sent message that the log holds is an ordinary message. */
function settleSent(log: ConversationState, choice: PathChoice, item: OutboxItem): PathChoice {
  if (choice.kind !== 'sent' || choice.requestId !== item.requestId || !getMessage(log, item.userMessageId)) return choice
  if (choice.then === 'active') return { kind: 'active' }
  return { kind: 'leaf', leafId: getMessage(log, item.assistantMessageId) ? item.assistantMessageId : item.userMessageId }
}

function chooseBranch(state: StoreState, messageId: Id): StoreState {
  const known = { ...state, activeWhenChosen: activeLeafId(state) }
  if (!getMessage(state.log, messageId)) return known
  return { ...known, choice: { kind: 'leaf', leafId: newestLeafBelow(state.log, messageId) } }
}

function takeBranch(state: StoreState, loaded: Extract<StoreEvent, { type: 'branch-loaded' }>): StoreState {
  const { messageId, chosen, messages } = loaded
  const log = addMessages(state.log, messages)
  if (state.choice !== chosen) return { ...state, log }
  // The message may be above the page that was read: then the branch is known by its end alone.
  const leafId = getMessage(log, messageId) ? newestLeafBelow(log, messageId) : (messages.at(-1)?.id ?? messageId)
  return { ...state, log, choice: { kind: 'leaf', leafId } }
}

function addMessages(log: ConversationState, messages: readonly Message[]): ConversationState {
  return addPage(log, { messages, nextCursor: log.nextCursor })
}

function isOnActive(choice: PathChoice): boolean {
  return choice.kind === 'active' || (choice.kind === 'sent' && choice.then === 'active')
}

/** The same object when none has ended. */
function keepRunning(log: ConversationState, stopping: StoreState['stopping']): StoreState['stopping'] {
  const ids = Object.keys(stopping)
  const running = ids.filter((id) => isRunning(getMessage(log, id)))
  return running.length < ids.length ? Object.fromEntries(running.map((id) => [id, true])) : stopping
}

/** The same object when no decision was settled. */
function keepWaiting(decisions: StoreState['decisions'], running: readonly Message[]): StoreState['decisions'] {
  const isWaiting = (callId: string) =>
    running.some(({ parts }) =>
      parts.some((part) => part.type === 'tool-call' && part.callId === callId && part.state === 'waiting'),
    )
  const waiting = Object.entries(decisions).filter(([callId]) => isWaiting(callId))
  return waiting.length === Object.keys(decisions).length ? decisions : Object.fromEntries(waiting)
}

function without<Value>(values: Readonly<Record<string, Value>>, key: string): Readonly<Record<string, Value>> {
  const { [key]: _, ...others } = values
  return others
}
