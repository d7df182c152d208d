import type { Conversation, ConversationEvent, EventRecord, Id, Message } from '@holdfast/shared'
import { createConversationStore, type ConversationStore } from '../../src/sdk/conversation-store/conversation-store.ts'
import type { HoldfastClient } from '../../src/sdk/client.ts'
import { createValueStore } from '../../src/lib/value-store.ts'
import { createCorpus } from '../markdown/corpus.ts'

/** A conversation in the product's store, with a minimal server. */
export interface BenchConversation {
  readonly store: ConversationStore
  readonly append: (event: ConversationEvent) => void
  /** Adds a question and an answer that is being written; gives the answer's id. */
  readonly beginAnswer: () => Id
  readonly writeMore: (answerId: Id, text: string) => void
}

const at = '2026-11-20T12:00:00.000Z'
const corpus = createCorpus('mixed', 60_000)
const blocks = corpus.split('\n\n').filter((block) => block !== '')

/**
 * `loaded` messages are there from the start, `earlier` more come in pages. Each has one to twelve blocks of text, the same in every run;
 * `lastText` is the text of the last message.
 */
export function createBenchConversation(
  name: string,
  loaded: number,
  options: { readonly earlier?: number; readonly lastText?: string } = {},
): BenchConversation {
  const { earlier = 0, lastText } = options
  const messages = Array.from({ length: earlier + loaded }, (_, index) => toMessage(name, index))
  const last = messages.at(-1)
  if (last && lastText !== undefined)
    messages.splice(-1, 1, { ...last, content: lastText, parts: [{ type: 'text', text: lastText }] })
  let seq = 1
  let onData: (event: { data: EventRecord[] }) => void = () => undefined
  const append = (event: ConversationEvent) => onData({ data: [{ seq: (seq += 1), at, event }] })
  const trpc = {
    conversations: {
      follow: {
        subscribe: (_: unknown, follower: { onData: typeof onData }) => {
          onData = follower.onData
          return { unsubscribe: () => undefined }
        },
      },
    },
    messages: {
      list: {
        query: ({ leafId, limit }: { leafId: Id; limit: number }) => {
          const end = messages.findIndex(({ id }) => id === leafId) + 1
          return Promise.resolve({ messages: messages.slice(Math.max(0, end - limit), end), nextCursor: null })
        },
      },
    },
  }
  const outbox = {
    get: () => [],
    subscribe: () => () => undefined,
    add: () => undefined,
    discard: () => undefined,
    forget: () => undefined,
  }
  const connection = createValueStore({ status: 'live' })
  const client = { trpc, outbox, connection } as unknown as HoldfastClient
  const store = createConversationStore(client, name)
  const snapshot = {
    conversation: toConversation(name, messages),
    messages: messages.slice(earlier),
    cursor: '1',
    nextCursor: null,
  }
  onData({ data: [{ seq: 1, at, event: { type: 'snapshot', ...snapshot } }] })
  return {
    store,
    append,
    beginAnswer: () => {
      const parentId = store.getState().messages.at(-1)?.id ?? null
      const question: Message = { ...toMessage(name, messages.length + seq), role: 'user', parentId }
      const answer: Message = {
        ...toMessage(name, messages.length + seq + 1),
        role: 'assistant',
        parentId: question.id,
        status: 'queued',
        content: '',
        parts: [],
      }
      append({ type: 'message-added', message: question })
      append({ type: 'message-added', message: answer })
      append({ type: 'generation-started', messageId: answer.id, attempt: 1, model: 'bench' })
      return answer.id
    },
    writeMore: (messageId, text) => {
      const offset = store.getState().messages.findLast(({ id }) => id === messageId)?.content.length ?? 0
      append({ type: 'text-delta', messageId, part: 0, offset, text })
    },
  }
}

export function benchText(length: number): string {
  return createCorpus('mixed', length)
}

function toMessage(name: string, index: number): Message {
  const count = 1 + ((index * 7) % 12)
  const text = Array.from({ length: count }, (_, paragraph) => blocks[(index * 5 + paragraph) % blocks.length]).join('\n\n')
  const id = `${name}-${index}`
  return {
    id,
    conversationId: name,
    parentId: index === 0 ? null : `${name}-${index - 1}`,
    siblingIds: [id],
    role: index % 2 === 0 ? 'user' : 'assistant',
    status: 'completed',
    content: text,
    parts: [{ type: 'text', text }],
    model: null,
    usage: null,
    costMicroUsd: null,
    error: null,
    createdAt: at,
    updatedAt: at,
  }
}

function toConversation(name: string, messages: readonly Message[]): Conversation {
  return {
    id: name,
    title: name,
    model: null,
    instructions: null,
    messageCount: messages.length,
    pinned: false,
    archived: false,
    unread: false,
    activeMessageId: messages.at(-1)?.id ?? null,
    state: 'idle',
    hasActiveGeneration: false,
    createdAt: at,
    updatedAt: at,
  }
}
