import {
  applyEvents,
  emptyConversationState,
  getMessage,
  pathTo,
  type Conversation,
  type ConversationEvent,
  type ConversationState,
  type EventRecord,
  type Id,
  type Message,
  type SendInput,
} from '@holdfast/shared'
import { TRPCClientError } from '@trpc/client'
import type { HoldfastClient } from '../src/sdk/client.ts'
import type { ConnectionState } from '../src/sdk/transport/connection.ts'
import { createStorageInMemory } from '../src/lib/device-storage.ts'
import { createCommandStorage } from '../src/sdk/durable-commands/command-storage.ts'
import { readStoredItem } from '../src/sdk/outbox/outbox-item.ts'
import { createOutbox } from '../src/sdk/outbox/outbox.ts'
import { createValueStore } from '../src/lib/value-store.ts'

interface Follower {
  readonly onData: (value: { id: string; data: EventRecord[] }) => void
  readonly onError: (error: unknown) => void
  readonly onComplete: () => void
}

export const refusal = (code: string, httpStatus: number, data: object = {}) =>
  TRPCClientError.from({ error: { message: code, code: -32000, data: { code, httpStatus, ...data } } } as never)

export function toConversation(id: Id, change: Partial<Conversation> = {}): Conversation {
  return {
    id,
    title: 'New Conversation',
    model: null,
    instructions: null,
    messageCount: 0,
    pinned: false,
    archived: false,
    unread: false,
    activeMessageId: null,
    state: 'idle',
    hasActiveGeneration: false,
    createdAt: time(0),
    updatedAt: time(0),
    ...change,
  }
}

export function toMessage(id: Id, change: Partial<Message> = {}): Message {
  const content = change.content ?? ''
  return {
    id,
    conversationId: 'c',
    parentId: null,
    siblingIds: [id],
    role: 'user',
    status: 'completed',
    content,
    parts: content === '' ? [] : [{ type: 'text', text: content }],
    model: null,
    usage: null,
    costMicroUsd: null,
    error: null,
    createdAt: time(0),
    updatedAt: time(0),
    ...change,
  }
}

function time(seq: number): string {
  return new Date(Date.UTC(2026, 0, 1) + seq * 1000).toISOString()
}

/**
 * The server's side of one conversation, as a client sees it: a log, the subscription that serves it, and the commands that append to
 * it. Followers get new events only with `deliver`, so that a test decides when.
 */
export function createFakeLogServer(options: { exists?: boolean; pageSize?: number } = {}) {
  const pageSize = options.pageSize ?? 100
  const log: EventRecord[] = []
  const followers = new Map<Follower, number>()
  const follows: (string | undefined)[] = []
  const calls: { path: string; input: unknown }[] = []
  let state: ConversationState = emptyConversationState
  let exists = options.exists ?? true
  let failNext: Error | null = null
  const connection = createValueStore<ConnectionState>({ status: 'live' })

  const append = (...events: ConversationEvent[]) => {
    const records = events.map((event, index) => ({ seq: state.cursor + 1 + index, at: time(state.cursor + 1 + index), event }))
    log.push(...records)
    state = applyEvents(state, records)
  }
  const born = () => {
    state = { ...state, conversation: toConversation('c'), cursor: 0 }
    append({ type: 'conversation-updated', conversation: toConversation('c') })
  }
  if (exists) born()

  const toPage = (leafId: Id | null) => {
    const path = pathTo(state, leafId)
    const messages = path.slice(-pageSize)
    return { messages, nextCursor: path.length > pageSize ? 'more' : null }
  }
  const toSnapshot = (leafId = state.conversation?.activeMessageId ?? null): EventRecord => {
    if (!state.conversation) throw new Error('nothing to show')
    const page = toPage(leafId)
    const running = Object.values(state.running).filter((message) => !page.messages.includes(message))
    return {
      seq: state.cursor,
      at: time(state.cursor),
      event: {
        type: 'snapshot',
        conversation: state.conversation,
        messages: [...page.messages, ...running],
        cursor: String(state.cursor),
        nextCursor: page.nextCursor,
      },
    }
  }
  const deliver = () => {
    for (const [follower, cursor] of [...followers]) {
      const data = cursor === 0 ? [toSnapshot()] : log.filter((record) => record.seq > cursor)
      followers.set(follower, state.cursor)
      follower.onData({ id: String(state.cursor), data })
    }
  }
  const answer =
    <Result>(path: string, run: (input: never) => Result) =>
    async (input: unknown) => {
      calls.push({ path, input })
      await Promise.resolve()
      if (failNext !== null) {
        const error = failNext
        failNext = null
        throw error
      }
      return run(input as never)
    }

  const addAnswer = (assistantMessageId: Id, parentId: Id) => {
    const siblingIds = [...childrenOf(parentId), assistantMessageId]
    append({
      type: 'message-added',
      message: toMessage(assistantMessageId, { role: 'assistant', status: 'queued', parentId, siblingIds }),
    })
  }
  const childrenOf = (parentId: Id | null) =>
    [...Object.values(state.settled), ...Object.values(state.running)]
      .filter((message) => message.parentId === parentId)
      .flatMap((message) => message.siblingIds)
      .filter((id, index, all) => all.indexOf(id) === index)

  const accept = (input: SendInput) => {
    if (!exists && input.create) {
      exists = true
      born()
    }
    if (!exists) throw refusal('NOT_FOUND', 404)
    const parentId = input.parentId === undefined ? (state.conversation?.activeMessageId ?? null) : input.parentId
    const { userMessageId = 'user', assistantMessageId = 'assistant' } = input
    if (!getMessage(state, userMessageId)) {
      const siblingIds = [...childrenOf(parentId), userMessageId]
      append({ type: 'message-added', message: toMessage(userMessageId, { parentId, siblingIds, content: input.content }) })
      addAnswer(assistantMessageId, userMessageId)
    }
    return { conversationId: 'c', userMessageId, assistantMessageId }
  }

  const trpc = {
    conversations: {
      follow: {
        subscribe: (input: { lastEventId?: string | undefined }, follower: Follower) => {
          follows.push(input.lastEventId)
          if (!exists) queueMicrotask(() => follower.onError(refusal('NOT_FOUND', 404)))
          else followers.set(follower, Number(input.lastEventId ?? 0))
          return { unsubscribe: () => void followers.delete(follower) }
        },
      },
      get: {
        query: answer('get', ({ leafId }: { leafId: Id }) => {
          let leaf = leafId
          for (let child = childrenOf(leaf).at(-1); child; child = childrenOf(leaf).at(-1)) leaf = child
          const { event } = toSnapshot(leaf)
          if (event.type !== 'snapshot') throw new Error('a snapshot is a snapshot')
          return event
        }),
      },
      markRead: { mutate: answer('markRead', () => state.conversation) },
    },
    messages: {
      send: { mutate: answer('send', accept) },
      list: {
        query: answer('list', ({ leafId }: { leafId: Id }) => ({ conversationId: 'c', messageCount: 0, ...toPage(leafId) })),
      },
      cancel: { mutate: answer('cancel', ({ messageId }: { messageId: Id }) => ({ id: messageId, status: 'generating' })) },
      regenerate: {
        mutate: answer('regenerate', ({ messageId }: { messageId: Id }) => {
          const parentId = getMessage(state, messageId)?.parentId ?? null
          const assistantMessageId = `${messageId}-again`
          if (parentId !== null) addAnswer(assistantMessageId, parentId)
          return { assistantMessageId }
        }),
      },
      continue: { mutate: answer('continue', ({ messageId }: { messageId: Id }) => ({ assistantMessageId: messageId })) },
    },
    toolCalls: {
      decide: {
        mutate: answer('decide', ({ messageId, callId, approve }: { messageId: Id; callId: string; approve: boolean }) => {
          const call = getMessage(state, messageId)?.parts.find((part) => part.type === 'tool-call' && part.callId === callId)
          if (call?.type !== 'tool-call') throw refusal('NOT_FOUND', 404)
          if (call.state !== 'waiting') return { callId, state: call.state }
          const decided = approve ? ('pending' as const) : ('denied' as const)
          append({ type: 'tool-call-updated', messageId, callId, state: decided }, { type: 'generation-queued', messageId })
          return { callId, state: decided }
        }),
      },
    },
  }
  const outbox = createOutbox({
    create: async () => undefined,
    storage: createCommandStorage({ name: 'outbox', parse: readStoredItem, device: createStorageInMemory() }),
    owner: createValueStore('user'),
    send: (input) => trpc.messages.send.mutate(input),
    connection: { ...connection, retryNow: () => undefined },
  })
  const client = { trpc, connection: { ...connection, retryNow: () => undefined }, outbox }

  return {
    client: client as unknown as HoldfastClient,
    log,
    follows,
    calls,
    connection,
    append,
    deliver,
    /** The server's state. */
    state: () => state,
    followers: () => followers.size,
    failNext: (error: Error) => {
      failNext = error
    },
    /** Delivers these records, whatever the follower's cursor is. */
    deliverRaw: (data: EventRecord[]) => {
      for (const follower of [...followers.keys()]) follower.onData({ id: '0', data })
    },
    error: (error: unknown) => {
      for (const follower of [...followers.keys()]) {
        followers.delete(follower)
        follower.onError(error)
      }
    },
    complete: () => {
      for (const follower of [...followers.keys()]) {
        followers.delete(follower)
        follower.onComplete()
      }
    },
  }
}
