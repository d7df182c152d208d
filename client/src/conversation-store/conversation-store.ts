import {
  emptyConversationState,
  addPage,
  getMessage,
  isActive,
  LogGapError,
  type ConversationState,
  type EventRecord,
  type Id,
  type Message,
  type ToolCallState,
} from '@holdfast/shared'
import { v7 as uuidv7 } from 'uuid'
import type { OutboxItem } from '../outbox/outbox-item.ts'
import type { HoldfastClient } from '../transport/client.ts'
import { errorToFailure, type Failure } from '../transport/failure.ts'
import { retryWhileUnreachable } from '../transport/retry-while-unreachable.ts'
import { createValueStore } from '../value-store.ts'
import { applyRecords } from './apply-records.ts'
import type { ConversationView } from './conversation-view.ts'
import { createFrameScheduler } from './frame-scheduler.ts'
import { newestLeafBelow, type PathChoice } from './path.ts'
import { createPathReader } from './path-reader.ts'
import { createItemToMessage, stateToView } from './state-to-view.ts'

/** Messages per page, in what `conversations.get` and `messages.list` give. */
const pageSize = 100
/** What is read on the way up: twice the rows for one round trip. */
const earlierPageSize = 200
const commandTimeoutMs = 30_000

/** Which branch is opened instead of the active one. */
export interface BranchOptions {
  /** The branch that ends here, or goes on from here. */
  readonly leafId?: Id | undefined
  /** What was active when it was chosen, if that was before: who is behind by then is told. */
  readonly activeWhenChosen?: Id | undefined
}

export interface ConversationStore {
  readonly getState: () => ConversationView
  readonly subscribe: (listener: () => void) => () => void
  /**
   * Sends a message below the end of what is shown, or below `parentId`. It is kept on the device first and shown at once; it goes
   * out as soon as the server can be reached, also after a reload.
   */
  readonly send: (message: {
    readonly content: string
    readonly model?: string | undefined
    readonly parentId?: Id | null | undefined
  }) => OutboxItem
  /**
   * Stops an answer, or the first one that is running in what is shown, and with it what is queued behind. What it has written stays.
   */
  readonly stop: (messageId?: Id) => Promise<void>
  /** Lets an answer that ended early go on. @throws TRPCClientError when the server refuses or stays out of reach. */
  readonly continue: (messageId: Id) => Promise<void>
  /** Asks for another answer beside this one. @throws as `continue`. */
  readonly regenerate: (messageId: Id, model?: string) => Promise<void>
  /** Writes another version of a user's message, as a branch beside it. Nothing is lost. */
  readonly edit: (messageId: Id, content: string) => OutboxItem
  /**
   * Takes back a question whose answer has not begun; what is queued behind moves up. Gives what it said. @throws as `continue`,
   * CONFLICT when its answer has begun.
   */
  readonly withdraw: (messageId: Id) => Promise<string>
  /**
   * Answers the question of a tool call that waits. The first decision counts, whoever made it: gives the state that the call is in
   * afterwards. @throws as `continue`.
   */
  readonly decide: (messageId: Id, callId: string, approve: boolean) => Promise<ToolCallState>
  /** Loads the page above the first message. */
  readonly loadEarlier: () => Promise<void>
  /** Shows the branch of this message, down to its newest end. From then on this store stays on the chosen branch. */
  readonly selectBranch: (messageId: Id) => Promise<void>
  /** Shows the branch that somebody went on with last, wherever that is, and follows it from then on. */
  readonly selectNewest: () => Promise<void>
  /** Tells the server that what is shown was seen. */
  readonly markRead: () => void
  /** Follows anew, after a failure or a restore from the trash. */
  readonly reload: () => void
  readonly close: () => void
}

/**
 * The live state of one conversation: the fold of its log, the path that is shown, and what is on its way. It follows the log until
 * `close`; an interrupted connection is picked up at the last event.
 */
export function createConversationStore(
  client: Pick<HoldfastClient, 'trpc' | 'connection' | 'outbox'>,
  conversationId: Id,
  options: BranchOptions = {},
): ConversationStore {
  const { trpc, connection, outbox } = client
  const itemToMessage = createItemToMessage()
  const readPath = createPathReader()
  const closing = new AbortController()
  let state: ConversationState = emptyConversationState
  let status: ConversationView['status'] = 'loading'
  let failure: Failure | null = null
  let choice: PathChoice = options.leafId ? { kind: 'leaf', leafId: options.leafId } : { kind: 'active' }
  let activeWhenChosen: Id | null = options.activeWhenChosen ?? null
  let loadingEarlier: 'no' | 'loading' | 'failed' = 'no'
  let stopping: Readonly<Record<Id, true>> = {}
  let decisions: Readonly<Record<string, boolean>> = {}
  let following: { unsubscribe(): void } | null = null
  let hasFollowed = false
  let markedCursor = -1

  const itemsHere = () => outbox.get().filter((item) => item.conversationId === conversationId)
  const pendingItems = () => itemsHere().filter((item) => !getMessage(state, item.userMessageId))
  const toView = () =>
    stateToView({
      state,
      status,
      failure,
      choice,
      activeWhenChosen,
      pending: pendingItems(),
      loadingEarlier,
      stopping,
      decisions,
      connection: connection.get(),
      itemToMessage,
      readPath,
    })
  const view = createValueStore(toView())
  const frames = createFrameScheduler(() => view.set(toView()))
  const showNow = () => {
    frames.schedule()
    frames.flush()
  }

  /** What was sent from here and is in the log now is an ordinary message. */
  const settlePending = () => {
    for (const item of itemsHere()) {
      if (!getMessage(state, item.userMessageId)) continue
      if (choice.kind === 'sent' && choice.requestId === item.requestId) {
        const leafId = getMessage(state, item.assistantMessageId) ? item.assistantMessageId : item.userMessageId
        choice = choice.then === 'active' ? { kind: 'active' } : { kind: 'leaf', leafId }
      }
      outbox.forget(item.requestId)
    }
    const running = Object.keys(stopping).filter((id) => isRunning(getMessage(state, id)))
    if (running.length < Object.keys(stopping).length) stopping = Object.fromEntries(running.map((id) => [id, true]))
    decisions = keepOpen(decisions, Object.values(state.running))
  }

  /** The chosen branch grows with what is added below its end. */
  const followBranch = (records: readonly EventRecord[]) => {
    for (const { event } of records) {
      if (choice.kind !== 'leaf') return
      const { leafId } = choice
      if (event.type === 'message-added' && event.message.parentId === leafId) {
        choice = { kind: 'leaf', leafId: event.message.id }
      } else if (event.type === 'message-removed' && event.messageId === leafId) {
        const { parentId } = event
        const isLeft = parentId != null && getMessage(state, parentId) !== undefined
        choice = isLeft ? { kind: 'leaf', leafId: newestLeafBelow(state, parentId) } : { kind: 'active' }
      } else if (event.type === 'snapshot') {
        if (getMessage(state, leafId)) choice = { kind: 'leaf', leafId: newestLeafBelow(state, leafId) }
        else void loadBranch(leafId)
      }
    }
  }

  const activeId = () => state.conversation?.activeMessageId ?? null

  const onRecords = (records: readonly EventRecord[]) => {
    status = 'ready'
    failure = null
    if (records.length > 0) {
      try {
        state = applyRecords(state, records)
      } catch (error) {
        if (!(error instanceof LogGapError)) throw error
        follow({ fromStart: true })
        return
      }
      // A branch that is opened again was chosen before anything that comes now.
      if (records.some(({ event }) => event.type === 'snapshot')) activeWhenChosen ??= activeId()
      followBranch(records)
      settlePending()
    }
    frames.schedule()
  }

  const follow = ({ fromStart = false } = {}) => {
    following?.unsubscribe()
    hasFollowed = true
    let isOver = false
    const lastEventId = state.cursor > 0 && !fromStart ? String(state.cursor) : undefined
    const subscription = trpc.conversations.follow.subscribe(
      { conversationId, lastEventId },
      {
        onData: ({ data }) => {
          if (!isOver) onRecords(data)
        },
        onError: (error) => {
          if (isOver) return
          end()
          failure = errorToFailure(error)
          status = failure.code === 'NOT_FOUND' ? 'missing' : 'failed'
          frames.schedule()
        },
        onComplete: () => {
          if (!isOver) end()
        },
      },
    )
    const end = () => {
      isOver = true
      following = null
    }
    following = {
      unsubscribe: () => {
        end()
        subscription.unsubscribe()
      },
    }
  }

  /** A conversation that was begun here exists on the server only once its first message has arrived. */
  const isUnborn = () => state.cursor === 0 && itemsHere().some((item) => item.create && item.state !== 'sent')
  const onOutboxChange = () => {
    if (isUnborn()) status = 'ready'
    else if (!following && (!hasFollowed || itemsHere().some((item) => item.state === 'sent'))) follow()
    frames.schedule()
  }

  const command = <Result>(run: () => Promise<Result>, forMs = commandTimeoutMs) =>
    retryWhileUnreachable(run, { connection, forMs, signal: closing.signal })

  /** Resolves when the condition holds in what is shown. @throws when the store is closed before */
  const until = async (isSo: () => boolean) => {
    if (isSo()) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const forget = view.subscribe(() => isSo() && resolve())
    closing.signal.addEventListener('abort', () => resolve(), { once: true })
    await promise.finally(forget)
    closing.signal.throwIfAborted()
  }

  const loadBranch = async (messageId: Id) => {
    const chosen = choice
    try {
      const branch = await command(() =>
        trpc.conversations.get.query({ conversationId, leafId: messageId, descend: true, limit: pageSize }),
      )
      state = addPage(state, { messages: branch.messages, nextCursor: state.nextCursor })
      // It may be above the page that was read: then the branch is known by its end alone.
      const end = getMessage(state, messageId) ? newestLeafBelow(state, messageId) : branch.messages.at(-1)?.id
      if (choice === chosen) choice = { kind: 'leaf', leafId: end ?? messageId }
    } catch (error) {
      if (closing.signal.aborted) return
      // Without it there is nothing to show there; what is active is.
      if (choice === chosen && choice.kind === 'leaf' && !getMessage(state, choice.leafId)) choice = { kind: 'active' }
      if (errorToFailure(error).kind !== 'refused') throw error
    } finally {
      // Who waited for it sees it.
      showNow()
    }
  }

  /** Where nothing is shown yet, the server alone knows where the path ends. Null would begin the conversation anew. */
  const endOfPath = () => view.get().leafId ?? undefined

  const send: ConversationStore['send'] = ({ content, model, parentId = endOfPath() }) => {
    const then = choice.kind === 'active' || (choice.kind === 'sent' && choice.then === 'active') ? 'active' : 'leaf'
    const item = outbox.add({
      conversationId,
      create: state.cursor === 0,
      parentId,
      content,
      model: model ?? null,
    })
    choice = { kind: 'sent', requestId: item.requestId, then }
    if (isUnborn()) status = 'ready'
    showNow()
    return item
  }

  const forgetOutbox = outbox.subscribe(onOutboxChange)
  const forgetConnection = connection.subscribe(frames.schedule)
  onOutboxChange()
  frames.flush()

  return {
    getState: view.get,
    subscribe: view.subscribe,
    send,
    stop: async (messageId) => {
      const id = messageId ?? view.get().messages.find(isRunning)?.id
      if (id === undefined || stopping[id]) return
      stopping = { ...stopping, [id]: true }
      showNow()
      try {
        await command(() => trpc.messages.cancel.mutate({ messageId: id }), Number.POSITIVE_INFINITY)
      } catch (error) {
        const { [id]: _, ...others } = stopping
        stopping = others
        frames.schedule()
        throw error
      }
    },
    continue: async (messageId) => {
      const requestId = uuidv7()
      await command(() => trpc.messages.continue.mutate({ requestId, messageId }))
    },
    regenerate: async (messageId, model) => {
      const requestId = uuidv7()
      const { assistantMessageId } = await command(() =>
        trpc.messages.regenerate.mutate({ requestId, messageId, ...(model === undefined ? {} : { model }) }),
      )
      if (choice.kind !== 'active') choice = { kind: 'leaf', leafId: assistantMessageId }
      frames.schedule()
    },
    edit: (messageId, content) => {
      const edited = getMessage(state, messageId)
      return send({ content, parentId: edited ? edited.parentId : view.get().leafId })
    },
    withdraw: async (messageId) => {
      const requestId = uuidv7()
      const { content } = await command(() => trpc.messages.withdraw.mutate({ requestId, messageId }))
      return content
    },
    decide: async (messageId, callId, approve) => {
      const takeBack = () => {
        const { [callId]: _, ...others } = decisions
        decisions = others
        frames.schedule()
      }
      decisions = { ...decisions, [callId]: approve }
      showNow()
      try {
        // A question is put while other calls of the step still run, and can be answered when they have ended.
        await until(() => !isWorking(getMessage(state, messageId)))
        const requestId = uuidv7()
        const decided = await command(() => trpc.toolCalls.decide.mutate({ requestId, messageId, callId, approve }))
        if (decided.state === 'waiting') takeBack()
        return decided.state
      } catch (error) {
        takeBack()
        throw error
      }
    },
    loadEarlier: async () => {
      const top = view.get().messages[0]
      if (!top || top.parentId === null || loadingEarlier === 'loading' || view.get().earlier === 'none') return
      loadingEarlier = 'loading'
      frames.schedule()
      const leafId = top.parentId
      try {
        const page = await command(() => trpc.messages.list.query({ conversationId, leafId, limit: earlierPageSize }))
        state = addPage(state, page)
        loadingEarlier = 'no'
      } catch {
        // The view says so and offers to try again.
        loadingEarlier = 'failed'
      }
      frames.schedule()
    },
    selectBranch: async (messageId) => {
      activeWhenChosen = activeId()
      if (getMessage(state, messageId)) {
        choice = { kind: 'leaf', leafId: newestLeafBelow(state, messageId) }
        showNow()
      }
      await loadBranch(messageId)
    },
    selectNewest: async () => {
      const leafId = activeId()
      if (leafId !== null && !getMessage(state, leafId)) {
        const page = await command(() => trpc.conversations.get.query({ conversationId, leafId, limit: pageSize }))
        state = addPage(state, { messages: page.messages, nextCursor: state.nextCursor })
      }
      choice = { kind: 'active' }
      showNow()
    },
    markRead: () => {
      if (!state.conversation?.unread || markedCursor === state.cursor) return
      markedCursor = state.cursor
      trpc.conversations.markRead.mutate({ conversationId, cursor: String(state.cursor) }).catch(() => {
        // It stays unread and is marked the next time it is looked at.
        markedCursor = -1
      })
    },
    reload: () => {
      status = state.cursor > 0 ? 'ready' : 'loading'
      failure = null
      follow({ fromStart: true })
      frames.schedule()
    },
    close: () => {
      closing.abort()
      following?.unsubscribe()
      forgetOutbox()
      forgetConnection()
      frames.close()
    },
  }
}

function isWorking(message: Message | undefined): boolean {
  return message?.status === 'generating' || message?.status === 'queued'
}

function isRunning(message: Message | undefined): boolean {
  return message !== undefined && isActive(message.status)
}

/** The decisions about calls that still wait; the same object when none was settled. */
function keepOpen(decisions: Readonly<Record<string, boolean>>, running: readonly Message[]): Readonly<Record<string, boolean>> {
  const isWaiting = (callId: string) =>
    running.some(({ parts }) =>
      parts.some((part) => part.type === 'tool-call' && part.callId === callId && part.state === 'waiting'),
    )
  const open = Object.entries(decisions).filter(([callId]) => isWaiting(callId))
  return open.length === Object.keys(decisions).length ? decisions : Object.fromEntries(open)
}
