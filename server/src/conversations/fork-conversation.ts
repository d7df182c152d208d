import { schema } from '@holdfast/drizzle'
import {
  conversationSchema,
  isActive,
  type Conversation,
  type conversationsForkInput,
  type Id,
  type Message,
} from '@holdfast/shared'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import { transact, type UnitOfWorkDeps } from '../log/unit-of-work.ts'
import { doOnce } from '../messages/idempotent-request.ts'
import { rowsToMessages } from '../messages/message-row.ts'
import { readMessageRow, readPath } from '../messages/read-path.ts'
import { indexMessages } from '../search/index-messages.ts'
import { readConversation, rowToConversation, saveConversation } from './conversation-row.ts'

const { conversations, messages } = schema

/** Longer paths are cut at the top. */
const maxForkedMessages = 10_000
/** Rows per insert: below the 65,535 parameters of the protocol. */
const rowsPerInsert = 1_000

/** A new conversation with a copy of the path down to a message. An answer that is still running is copied as far as it is. */
export function forkConversation(
  deps: UnitOfWorkDeps,
  userId: Id,
  input: z.output<typeof conversationsForkInput>,
): Promise<Conversation> {
  const now = deps.clock.now()
  return transact(deps, (unit) =>
    doOnce(
      unit.tx,
      { userId, requestId: input.requestId, procedure: 'conversations.fork', body: input, now },
      conversationSchema,
      async () => {
        const { tx } = unit
        const leaf = await readMessageRow(tx, userId, input.messageId)
        const source = await readConversation(tx, userId, leaf.conversationId)
        const path = await readPath(tx, { conversationId: source.id, leafId: leaf.id, limit: maxForkedMessages })
        const originals = await rowsToMessages(tx, source.id, path.rows)
        const conversationId = uuidv7()
        const { title, titleSource, model, instructions } = source
        await tx.insert(conversations).values({
          id: conversationId,
          userId,
          title,
          titleSource,
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
              parentId: copy.parentId,
              role: copy.role,
              status: copy.status,
              parts: JSON.stringify(copy.parts),
              model: copy.model,
              usage: copy.usage ? JSON.stringify(copy.usage) : null,
              costMicroUsd: copy.costMicroUsd,
              error: copy.error ? JSON.stringify(copy.error) : null,
              notes: copy.notes ? JSON.stringify(copy.notes) : null,
              addedSeq: from + index + 1,
              createdAt: new Date(copy.createdAt),
              updatedAt: now,
            })),
          )
        }
        await indexMessages(tx, userId, copies)
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
    ),
  )
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
