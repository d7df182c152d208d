import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { TRPCClientError } from '../server/test/trpc-client-error.ts'
import type { Conversation, Id } from '../shared/src/index.ts'
import type { TestUser } from '../server/testing/create-test-app.ts'
import { questionToAnswer, questionToText, type Question } from './question.ts'
import { isSettled, messageToText, openReader, type Reader } from './reader.ts'

type Client = TestUser['client']

/** A question that was sent, and what has become of it. */
export interface Asked {
  readonly question: Question
  /** Changes when the answer had to be generated again. */
  messageId: Id
  /** How often a person had to press Continue or Regenerate. */
  clicks: number
  /** A person stopped it: it ends with what it had. */
  isCancelled: boolean
  isStuck: boolean
  /** When the answer had ended, on the clock of `performance.now()`. */
  settledAt: number | null
}

/** One conversation, the clients that follow it, and what was asked in it. */
export interface Party {
  /** As it was before the first question. */
  readonly created: Conversation
  readonly readers: Reader[]
  readonly asked: Asked[]
  readonly ask: (question: Question, signal: AbortSignal) => Promise<Asked>
  readonly cancel: (asked: Asked, signal: AbortSignal) => Promise<void>
  readonly join: (client: Pick<Client, 'conversations'>, name: string) => Reader
  /** Waits until an answer has ended as it should, and presses Continue where it has not. After the deadline it is stuck. */
  readonly settle: (asked: Asked, signal: AbortSignal) => Promise<void>
  readonly stop: () => void
}

/** Errors that say no: sending the same again cannot succeed. */
const finalCodes = new Set(['BAD_REQUEST', 'NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED', 'FORBIDDEN', 'PAYLOAD_TOO_LARGE'])

/** Repeats a command until the server has answered it, as the outbox of a page does. The request's id makes a repeat harmless. */
export async function insist<Result>(command: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  for (;;) {
    try {
      return await command()
    } catch (error) {
      const code = errorToCode(error)
      if (signal.aborted || (code !== null && finalCodes.has(code))) throw error
      await sleep(250)
    }
  }
}

function errorToCode(error: unknown): string | null {
  if (!(error instanceof TRPCClientError)) return null
  return (error.data as { code?: string } | null)?.code ?? null
}

export async function openParty(client: Client, signal: AbortSignal): Promise<Party> {
  const conversationId = randomUUID()
  const created = await insist(() => client.conversations.create.mutate({ conversationId }), signal)
  const expected = new Map<Id, string>()
  const asked: Asked[] = []
  const readers: Reader[] = []

  const settleOnce = async (one: Asked, signalOfAll: AbortSignal): Promise<'done' | 'again' | 'stuck'> => {
    const hasEnded = await Promise.all(
      readers.map((reader) => reader.until(() => isSettled(reader.message(one.messageId)), signalOfAll)),
    )
    if (!hasEnded.every(Boolean)) return 'stuck'
    const message = readers[0]?.message(one.messageId)
    if (message?.status === 'completed' || (one.isCancelled && message?.status === 'cancelled')) return 'done'
    one.clicks += 1
    const messageId = one.messageId
    try {
      await insist(async () => client.messages.continue.mutate({ requestId: randomUUID(), messageId }), signalOfAll)
    } catch (error) {
      const code = errorToCode(error)
      if (code === null || signalOfAll.aborted) return 'stuck'
      // Somebody else was faster, or there is nothing to continue.
      if (code === 'CONFLICT' && message && messageToText(message) !== '') return 'again'
      const requestId = randomUUID()
      const { assistantMessageId } = await insist(() => client.messages.regenerate.mutate({ requestId, messageId }), signalOfAll)
      expected.set(assistantMessageId, questionToAnswer(one.question))
      one.messageId = assistantMessageId
    }
    await Promise.all(
      readers.map((reader) =>
        reader.until(() => reader.message(one.messageId) !== undefined && !isOld(reader, one, message), signalOfAll),
      ),
    )
    return 'again'
  }

  return {
    created,
    readers,
    asked,
    join: (other, name) => {
      const reader = openReader(other, created.id, { name, expected: (id) => expected.get(id) })
      readers.push(reader)
      return reader
    },
    ask: async (question, signalOfAll) => {
      const request = { requestId: randomUUID(), conversationId: created.id, content: questionToText(question) }
      const { assistantMessageId } = await insist(() => client.messages.send.mutate(request), signalOfAll)
      expected.set(assistantMessageId, questionToAnswer(question))
      const one: Asked = {
        question,
        messageId: assistantMessageId,
        clicks: 0,
        isCancelled: false,
        isStuck: false,
        settledAt: null,
      }
      asked.push(one)
      return one
    },
    cancel: async (one, signalOfAll) => {
      one.isCancelled = true
      await insist(() => client.messages.cancel.mutate({ messageId: one.messageId }), signalOfAll)
    },
    settle: async (one, signalOfAll) => {
      let outcome: 'done' | 'again' | 'stuck' = 'again'
      while (outcome === 'again' && one.clicks < mostClicks) {
        outcome = await settleOnce(one, signalOfAll).catch((error: unknown) => {
          if (signalOfAll.aborted) return 'stuck' as const
          throw error
        })
      }
      one.isStuck = outcome !== 'done'
      one.settledAt = performance.now()
    },
    stop: () => {
      for (const reader of readers) reader.stop()
    },
  }
}

const mostClicks = 8

/** Whether a reader still sees a message as it was before a click. */
function isOld(
  reader: Reader,
  { messageId }: Asked,
  before: { readonly status: string; readonly updatedAt: string } | undefined,
) {
  const message = reader.message(messageId)
  return (
    message !== undefined && before !== undefined && message.status === before.status && message.updatedAt === before.updatedAt
  )
}
