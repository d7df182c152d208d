import { schema } from '@holdfast/drizzle'
import {
  conversationSchema,
  isActive,
  maxTitleLength,
  type Conversation,
  type conversationsForkInput,
  type Id,
  type Message,
} from '@holdfast/shared'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import { transact, type UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { doOnce } from '../../conversation-store/idempotent-request.ts'
import { messageToValues, rowsToMessages } from '../../conversation-store/message-row.ts'
import { readMessageRow, readPath } from '../../conversation-store/read-path.ts'
import { attachFiles } from '../compose-question.ts'
import { indexMessages } from '../../conversation-store/index-messages.ts'
import { readConversation, rowToConversation, saveConversation } from '../../conversation-store/conversation-row.ts'

const { conversations, messages } = schema

/** Of a longer path only the newest messages are copied. */
const maxForkedMessages = 10_000
/** Rows per insert: keeps a statement below Postgres' limit of 65,535 parameters. */
const rowsPerInsert = 1_000

/**
 * Creates a conversation with a copy of the path down to a message. An active answer is copied with its text so far, as `interrupted`.
 * @throws Refusal NOT_FOUND, CONFLICT request-reused
 */
export function forkConversation(
  deps: UnitOfWorkDeps,
  userId: Id,
  input: z.output<typeof conversationsForkInput>,
): Promise<Conversation> {
  const now = deps.clock.now()
  return transact(deps, async (unit) => {
    // The answer that is kept for repeats holds no text: it outlives the conversation.
    const { id } = await doOnce(
      unit.tx,
      { userId, requestId: input.requestId, procedure: 'conversations.fork', body: input, now },
      conversationSchema.pick({ id: true }),
      async () => {
        const { tx } = unit
        const leaf = await readMessageRow(tx, userId, input.messageId)
        const source = await readConversation(tx, userId, leaf.conversationId)
        const path = await readPath(tx, { conversationId: source.id, leafId: leaf.id, limit: maxForkedMessages })
        const originals = await rowsToMessages(tx, source.id, path.rows)
        const conversationId = uuidv7()
        const { model, instructions } = source
        const title = toForkTitle(source.title)
        await tx.insert(conversations).values({
          id: conversationId,
          userId,
          title,
          // A model that names it after its next answer would drop the mark.
          titleSource: 'user',
          model,
          instructions,
          lastEventAt: now,
          createdAt: now,
          updatedAt: now,
        })
        const copies = originals.reduce<Message[]>((done, original) => {
          done.push(copyMessage(original, conversationId, done.at(-1)?.id ?? null, now))
          return done
        }, [])
        for (let from = 0; from < copies.length; from += rowsPerInsert) {
          await tx.insert(messages).values(
            copies.slice(from, from + rowsPerInsert).map((copy, index) => ({
              id: copy.id,
              conversationId,
              ...messageToValues(copy),
              addedSeq: from + index + 1,
              createdAt: new Date(copy.createdAt),
              updatedAt: now,
            })),
          )
        }
        await indexMessages(unit, userId, copies)
        await attachFiles(tx, copies)
        const records = await unit.append(
          conversationId,
          copies.map((message) => ({ type: 'message-added', message })),
        )
        const saved = await saveConversation(unit, conversationId, {
          title,
          messageCount: copies.length,
          activeMessageId: copies.at(-1)?.id ?? null,
          updatedAt: new Date(records.at(-1)?.at ?? now),
        })
        return rowToConversation(saved)
      },
    )
    return rowToConversation(await readConversation(unit.tx, userId, id))
  })
}

const forkMark = ' (fork)'

/** The title of a copy, which stands beside its original in the list. */
function toForkTitle(title: string): string {
  if (title.endsWith(forkMark)) return title
  return `${[...title].slice(0, maxTitleLength - forkMark.length).join('')}${forkMark}`
}

function copyMessage(original: Message, conversationId: Id, parentId: Id | null, now: Date): Message {
  const id = uuidv7()
  return {
    ...original,
    id,
    conversationId,
    parentId,
    siblingIds: [id],
    status: isActive(original.status) ? 'interrupted' : original.status,
    updatedAt: now.toISOString(),
  }
}
