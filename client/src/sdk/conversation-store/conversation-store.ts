import type { AppRouter } from '@holdfast/server'
import { getMessage, LogGapError, type EventRecord, type Id, type Message, type ToolCallState } from '@holdfast/shared'
import type { TRPCClient } from '@trpc/client'
import { v7 as uuidv7 } from 'uuid'
import { createDeferred } from '../../lib/deferred.ts'
import { createValueStore } from '../../lib/value-store.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { OutboxFile, OutboxItem } from '../outbox/outbox-item.ts'
import type { ConnectionStore } from '../transport/connection.ts'
import { errorToFailure } from '../transport/failure.ts'
import { retryWhileUnreachable } from '../transport/retry-while-unreachable.ts'
import type { ConversationView } from './conversation-view.ts'
import { createFrameScheduler } from './frame-scheduler.ts'
import { createLogSubscription } from './log-subscription.ts'
import { createPathReader } from './path-reader.ts'
import { createItemToMessage, stateToView } from './state-to-view.ts'
import { activeLeafId, createStoreState, isRunning, transition, type StoreEvent } from './store-state.ts'

/**
 * The live state of one conversation: the fold of its log, the path through its tree that is shown, and what is on its way to the server.
 *
 * 1. Follow the log from a snapshot, then event by event. An interrupted connection resumes at the last event; a gap in the log starts
 *    again from a snapshot, while what is shown stays.
 * 2. Every event goes through `transition` (store-state.ts), which states the invariants.
 * 3. After each step the view is derived from the state, the outbox and the connection: at most once per painted frame, however many
 *    deltas arrive. Parts that did not change keep their identity.
 * 4. A message is sent through the outbox and shown immediately under the ids that it keeps; when the log holds it, the outbox forgets it.
 * 5. Other commands carry a request id and are repeated while the server cannot be reached.
 */

/** Messages per page of `conversations.get`. */
const pageSize = 100
/** Messages per page of `messages.list`: twice as many for one round trip on the way up. */
const earlierPageSize = 200
const commandTimeoutMs = 30_000

/** Which branch is opened instead of the active one. */
export interface BranchOptions {
  /** A message of the branch. */
  readonly leafId?: Id | undefined
  /** The active leaf when the branch was chosen, if that was earlier: another one now is reported as newer. */
  readonly activeWhenChosen?: Id | undefined
}

export interface StoreOptions extends BranchOptions {
  /** Asks the server for nothing before `start` is called. */
  readonly isLazy?: boolean
}

export interface OutgoingMessage {
  /** May be empty when there are files. */
  readonly content: string
  /** Files that the server has, or that `client.uploads` sends: the message waits for those. */
  readonly files?: readonly OutboxFile[] | undefined
  readonly model?: string | undefined
  readonly parentId?: Id | null | undefined
}

/** The parts of a client that a store uses. */
export interface ConversationDeps {
  readonly trpc: TRPCClient<AppRouter>
  readonly connection: ConnectionStore
  readonly outbox: Outbox
}

export interface ConversationStore {
  readonly conversationId: Id
  /** Follows the conversation: for a lazy store, and without effect for one that follows already. */
  readonly start: () => void
  /** What is shown now. The same object until something changes, as `useSyncExternalStore` expects. */
  readonly getSnapshot: () => ConversationView
  /** The same as `getSnapshot`. */
  readonly getState: () => ConversationView
  /** Calls the listener after every change, at most once per painted frame. Returns how to stop. */
  readonly subscribe: (listener: () => void) => () => void
  /**
   * Sends a message below the end of what is shown, or below `parentId`. It is kept on the device first and shown immediately; it is
   * sent as soon as the server can be reached, also after a reload.
   */
  readonly send: (message: OutgoingMessage) => OutboxItem
  /**
   * Stops an answer, or the first running one that is shown, and what is queued behind it. Its text stays.
   */
  readonly stop: (messageId?: Id) => Promise<void>
  /** Continues an answer that ended early. @throws TRPCClientError when the server refuses or stays out of reach. */
  readonly continue: (messageId: Id) => Promise<void>
  /** Asks for another answer beside this one. @throws as `continue`. */
  readonly regenerate: (messageId: Id, model?: string) => Promise<void>
  /** Writes another version of a user's message, with the same files, as a branch beside it. Nothing is lost. */
  readonly edit: (messageId: Id, content: string) => OutboxItem
  /**
   * Takes back a question whose answer has not begun; what is queued behind moves up. Gives its text. @throws as `continue`, CONFLICT
   * when its answer has begun.
   */
  readonly withdraw: (messageId: Id) => Promise<string>
  /**
   * Answers the question of a waiting tool call. The first decision counts, from whichever tab or device: gives the state of the call
   * afterwards. @throws as `continue`.
   */
  readonly decide: (messageId: Id, callId: string, approve: boolean) => Promise<ToolCallState>
  /** Loads the page above the first message. */
  readonly loadEarlier: () => Promise<void>
  /** Shows the branch of this message, down to its newest end. From then on this store stays on the chosen branch. */
  readonly selectBranch: (messageId: Id) => Promise<void>
  /** Shows the active branch, the one that was last added to from any device, and follows it from then on. */
  readonly selectNewest: () => Promise<void>
  /** Marks the conversation as read, up to what is shown. */
  readonly markRead: () => void
  /** Follows the log again from a snapshot, after a failure or a restore from the trash. */
  readonly reload: () => void
  readonly close: () => void
}

export function createConversationStore(
  client: ConversationDeps,
  conversationId: Id,
  options: StoreOptions = {},
): ConversationStore {
  const { trpc, connection, outbox } = client
  const itemToMessage = createItemToMessage()
  const readPath = createPathReader()
  const closing = new AbortController()
  let state = createStoreState(options)
  /** The cursor up to which the conversation was marked as read; null when it has to be marked again. */
  let markedCursor: number | null = null

  /** The messages that the server had when the log was last asked for. */
  let sentBefore: readonly Id[] = []

  const itemsHere = () => outbox.get().filter((item) => item.conversationId === conversationId)
  const sentHere = () => itemsHere().flatMap(({ state: delivery, requestId }) => (delivery === 'sent' ? [requestId] : []))
  const toView = () => {
    const pending = itemsHere().filter((item) => !getMessage(state.log, item.userMessageId))
    return stateToView({ state, pending, connection: connection.get(), itemToMessage, readPath })
  }
  const view = createValueStore(toView())
  const frames = createFrameScheduler(() => view.set(toView()))
  const dispatch = (event: StoreEvent) => {
    state = transition(state, event)
    frames.schedule()
  }
  /** Shows the effect of a person's action without waiting for the next frame. */
  const dispatchNow = (event: StoreEvent) => {
    dispatch(event)
    frames.flush()
  }

  const onRecords = (records: readonly EventRecord[]) => {
    const items = itemsHere()
    try {
      dispatch({ type: 'records', records, items })
    } catch (error) {
      if (!(error instanceof LogGapError)) throw error
      follow(null)
      return
    }
    if (records.length === 0) return
    for (const item of items) if (getMessage(state.log, item.userMessageId)) outbox.forget(item.requestId)
    const { choice } = state
    const isSnapshot = records.some(({ event }) => event.type === 'snapshot')
    if (isSnapshot && choice.kind === 'leaf' && !getMessage(state.log, choice.leafId)) void loadBranch(choice.leafId)
  }
  const log = createLogSubscription({
    trpc,
    conversationId,
    onRecords,
    onFailure: (failure) => {
      dispatch({ type: 'follow-failed', failure })
      // The first message may have made the conversation while the server was refusing to follow it.
      if (sentHere().some((requestId) => !sentBefore.includes(requestId))) followAgain()
    },
  })
  const follow = (cursor: number | null) => {
    sentBefore = sentHere()
    log.start(cursor)
  }
  const followAgain = () => follow(state.log.cursor > 0 ? state.log.cursor : null)

  /** A conversation that begins here exists on the server once its first message has arrived. */
  const beginsHere = () => state.log.cursor === 0 && itemsHere().some((item) => item.create && item.state !== 'sent')
  const onOutboxChange = () => {
    if (beginsHere()) return dispatch({ type: 'begins-here' })
    const canFollow = log.status() === 'never' || (log.status() === 'ended' && itemsHere().some((item) => item.state === 'sent'))
    if (canFollow) followAgain()
    frames.schedule()
  }

  const run = <Result>(command: () => Promise<Result>, forMs = commandTimeoutMs) =>
    retryWhileUnreachable(command, { connection, forMs, signal: closing.signal })

  /** Resolves when the condition holds in what is shown. @throws when the store is closed before */
  const until = async (isSo: () => boolean) => {
    if (isSo()) return
    const { promise, resolve } = createDeferred<void>()
    const forget = view.subscribe(() => isSo() && resolve())
    closing.signal.addEventListener('abort', () => resolve(), { once: true })
    await promise.finally(forget)
    closing.signal.throwIfAborted()
  }

  const loadBranch = async (messageId: Id) => {
    const chosen = state.choice
    try {
      const { messages } = await run(() =>
        trpc.conversations.get.query({ conversationId, leafId: messageId, descend: true, limit: pageSize }),
      )
      dispatchNow({ type: 'branch-loaded', messageId, chosen, messages })
    } catch (error) {
      if (closing.signal.aborted) return
      dispatchNow({ type: 'branch-not-loaded', chosen })
      if (errorToFailure(error).kind !== 'refused') throw error
    }
  }

  /** Where nothing is shown yet, the server alone knows where the path ends. Null would begin a second tree. */
  const endOfPath = () => view.get().leafId ?? undefined

  const send: ConversationStore['send'] = ({ content, files = [], model, parentId = endOfPath() }) => {
    const create = state.log.cursor === 0
    const item = outbox.add({ conversationId, create, parentId, content, files, model: model ?? null })
    if (beginsHere()) dispatch({ type: 'begins-here' })
    dispatchNow({ type: 'sent', requestId: item.requestId })
    return item
  }

  const forgetOutbox = outbox.subscribe(onOutboxChange)
  const forgetConnection = connection.subscribe(frames.schedule)
  if (!options.isLazy || beginsHere()) onOutboxChange()
  frames.flush()

  return {
    start: onOutboxChange,
    conversationId,
    getSnapshot: view.get,
    getState: view.get,
    subscribe: view.subscribe,
    send,
    stop: async (givenId) => {
      const messageId = givenId ?? view.get().messages.find(isRunning)?.id
      if (messageId === undefined || state.stopping[messageId]) return
      dispatchNow({ type: 'stop-requested', messageId })
      try {
        await run(() => trpc.messages.cancel.mutate({ messageId }), Number.POSITIVE_INFINITY)
      } catch (error) {
        dispatch({ type: 'stop-failed', messageId })
        throw error
      }
    },
    continue: async (messageId) => {
      const requestId = uuidv7()
      await run(() => trpc.messages.continue.mutate({ requestId, messageId }))
    },
    regenerate: async (messageId, model) => {
      const input = { requestId: uuidv7(), messageId, ...(model === undefined ? {} : { model }) }
      const { assistantMessageId } = await run(() => trpc.messages.regenerate.mutate(input))
      dispatch({ type: 'answer-added', messageId: assistantMessageId })
    },
    edit: (messageId, content) => {
      const edited = getMessage(state.log, messageId)
      const files = edited?.parts.filter((part) => part.type === 'file')
      return send({ content, files, parentId: edited ? edited.parentId : view.get().leafId })
    },
    withdraw: async (messageId) => {
      const requestId = uuidv7()
      const { content } = await run(() => trpc.messages.withdraw.mutate({ requestId, messageId }))
      return content
    },
    decide: async (messageId, callId, approve) => {
      dispatchNow({ type: 'decided', callId, approve })
      try {
        // A call can be decided while others of its step still run; the server takes the decision when they have ended.
        await until(() => !isWorking(getMessage(state.log, messageId)))
        const requestId = uuidv7()
        const decided = await run(() => trpc.toolCalls.decide.mutate({ requestId, messageId, callId, approve }))
        if (decided.state === 'waiting') dispatch({ type: 'decision-undone', callId })
        return decided.state
      } catch (error) {
        dispatch({ type: 'decision-undone', callId })
        throw error
      }
    },
    loadEarlier: async () => {
      const top = view.get().messages[0]
      if (!top || top.parentId === null || state.earlier === 'loading' || view.get().earlier === 'none') return
      dispatch({ type: 'earlier-requested' })
      const leafId = top.parentId
      try {
        const page = await run(() => trpc.messages.list.query({ conversationId, leafId, limit: earlierPageSize }))
        dispatch({ type: 'earlier-loaded', page })
      } catch {
        // The view says so and offers to try again.
        dispatch({ type: 'earlier-failed' })
      }
    },
    selectBranch: async (messageId) => {
      const isKnown = getMessage(state.log, messageId) !== undefined
      dispatch({ type: 'branch-chosen', messageId })
      if (isKnown) frames.flush()
      await loadBranch(messageId)
    },
    selectNewest: async () => {
      const leafId = activeLeafId(state)
      if (leafId !== null && !getMessage(state.log, leafId)) {
        const { messages } = await run(() => trpc.conversations.get.query({ conversationId, leafId, limit: pageSize }))
        dispatch({ type: 'newest-loaded', messages })
      }
      dispatchNow({ type: 'newest-chosen' })
    },
    markRead: () => {
      const { cursor, conversation } = state.log
      if (!conversation?.unread || markedCursor === cursor) return
      markedCursor = cursor
      trpc.conversations.markRead.mutate({ conversationId, cursor: String(cursor) }).catch(() => {
        // It stays unread and is marked the next time it is looked at.
        markedCursor = null
      })
    },
    reload: () => {
      dispatch({ type: 'reloading' })
      follow(null)
    },
    close: () => {
      closing.abort()
      log.stop()
      forgetOutbox()
      forgetConnection()
      frames.close()
    },
  }
}

function isWorking(message: Message | undefined): boolean {
  return message?.status === 'generating' || message?.status === 'queued'
}
