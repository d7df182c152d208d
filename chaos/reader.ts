import {
  applyEvents,
  emptyConversationState,
  getMessage,
  isActive,
  LogGapError,
  type ConversationState,
  type EventRecord,
  type Id,
  type Message,
} from '../shared/src/index.ts'
import type { TestUser } from '../server/testing/create-test-app.ts'

/** What one client saw that it must never see. */
export interface Violation {
  readonly kind: 'lost' | 'doubled' | 'wrong'
  readonly what: string
}

/** A client that follows a conversation and examines every record as it comes over the wire, before any fold could hide a fault. */
export interface Reader {
  readonly name: string
  readonly state: () => ConversationState
  readonly message: (id: Id) => Message | undefined
  readonly violations: readonly Violation[]
  /** The longest time in milliseconds for which nothing was heard of an answer that had not ended yet. */
  readonly longestSilenceMs: (messageId: Id) => number
  readonly records: () => number
  /** Resolves once `condition` holds, or `signal` ends. Gives whether it holds. */
  readonly until: (condition: () => boolean, signal: AbortSignal) => Promise<boolean>
  readonly stop: () => void
}

type Following = Pick<TestUser['client']['conversations'], 'follow'>

const pauseBeforeFollowingMs = 200
/** [C5] A reader that hears nothing for this long, not even a heartbeat, comes again. */
const patienceMs = 30_000

/**
 * Follows with the cursor of what it has, again and again until it is stopped, as a page does.
 * @param expected the whole text of a message by its id, once it is known: what is shown must always be a prefix of it
 */
export function openReader(
  client: { readonly conversations: Following },
  conversationId: Id,
  { name, expected }: { name: string; expected: (messageId: Id) => string | undefined },
): Reader {
  let state = emptyConversationState
  let cursor = -1
  let records = 0
  let isStopped = false
  let subscription: { unsubscribe: () => void } | null = null
  const violations: Violation[] = []
  const shown = new Map<Id, string>()
  const heard = new Map<Id, { at: number; longestMs: number }>()
  const waiting = new Set<() => void>()

  const report = (kind: Violation['kind'], what: string) => violations.push({ kind, what: `${name}: ${what}` })

  function take(batch: readonly EventRecord[]) {
    for (const record of batch) {
      records += 1
      const { seq, event } = record
      if (event.type === 'snapshot') {
        if (seq < cursor) report('lost', `a snapshot at ${seq} after the record ${cursor}`)
      } else if (cursor >= 0 && seq !== cursor + 1) {
        report(seq <= cursor ? 'doubled' : 'lost', `the record ${seq} came after ${cursor}`)
      }
      cursor = Math.max(seq, cursor)
      if ('messageId' in event) hear(event.messageId)
    }
    // A snapshot at the start of a subscription replaces what was known.
    if (batch[0]?.event.type === 'snapshot') state = emptyConversationState
    try {
      state = applyEvents(state, batch)
    } catch (error) {
      if (!(error instanceof LogGapError)) throw error
      report('lost', error.message)
      cursor = -1
      begin()
      return
    }
    for (const message of [...Object.values(state.running), ...Object.values(state.settled)]) examine(message)
  }

  function hear(messageId: Id) {
    const at = performance.now()
    const before = heard.get(messageId)
    heard.set(messageId, { at, longestMs: Math.max(before?.longestMs ?? 0, at - (before?.at ?? at)) })
  }

  function examine(message: Message) {
    if (message.role !== 'assistant') return
    const text = messageToText(message)
    const before = shown.get(message.id) ?? ''
    if (text === before) return
    if (!text.startsWith(before)) report('lost', `${message.id} showed ${before.length} characters, and then others`)
    shown.set(message.id, text)
    const whole = expected(message.id)
    if (whole !== undefined && !whole.startsWith(text)) report('wrong', `${message.id} shows what its model never said`)
  }

  /** Of several subscriptions one after the other only the newest counts: the end of one that was left begins no other. */
  let turn = 0

  function begin() {
    if (isStopped) return
    turn += 1
    const own = turn
    const isOld = () => own !== turn
    subscription?.unsubscribe()
    watchdog.refresh()
    const again = () => {
      if (!isOld() && !isStopped) setTimeout(() => (isOld() ? undefined : begin()), pauseBeforeFollowingMs)
    }
    subscription = client.conversations.follow.subscribe(
      { conversationId, ...(cursor < 0 ? {} : { lastEventId: String(cursor) }) },
      {
        onData: ({ data }) => {
          if (isOld()) return
          watchdog.refresh()
          take(data)
          for (const check of waiting) check()
        },
        onError: again,
        onComplete: again,
      },
    )
  }

  const watchdog = setTimeout(begin, patienceMs).unref()
  begin()
  return {
    name,
    state: () => state,
    message: (id) => getMessage(state, id),
    violations,
    longestSilenceMs: (messageId) => heard.get(messageId)?.longestMs ?? 0,
    records: () => records,
    until: (condition, signal) =>
      new Promise((resolve) => {
        const settle = (holds: boolean) => {
          waiting.delete(check)
          signal.removeEventListener('abort', giveUp)
          resolve(holds)
        }
        const giveUp = () => settle(false)
        const check = () => {
          if (condition()) settle(true)
        }
        signal.addEventListener('abort', giveUp, { once: true })
        waiting.add(check)
        if (signal.aborted) giveUp()
        else check()
      }),
    stop: () => {
      isStopped = true
      clearTimeout(watchdog)
      subscription?.unsubscribe()
    },
  }
}

/** All that it says, whatever stands between its texts. */
export function messageToText({ parts }: Pick<Message, 'parts'>): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
}

export function isSettled(message: Message | undefined): boolean {
  return message !== undefined && !isActive(message.status)
}
