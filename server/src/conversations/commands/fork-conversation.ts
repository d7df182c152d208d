import { schema } from '@holdfast/drizzle'
import {
  conversationSchema,
  isActive,
  maxTitleLength,
  mergeParameters,
  type Conversation,
  type conversationsForkInput,
  type Id,
  type Message,
} from '@holdfast/shared'
import { and, eq, inArray } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import { transact, type UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { doOnce } from '../../conversation-store/idempotent-request.ts'
import { rowsToMessages } from '../../conversation-store/message-row.ts'
import { readMessageRow, readPath, readTombstoneOrMessageRow } from '../../conversation-store/read-path.ts'
import type { Transaction } from '../../platform/database/database.ts'
import { partsToFileIds } from '../compose-question.ts'
import { readEarlierState } from '../earlier/read-earlier-state.ts'
import { writeCopies } from '../write-copies.ts'
import { lockConversation, readConversation, rowToConversation } from '../../conversation-store/conversation-row.ts'

const { conversations, files } = schema

/** Of a longer path only the newest messages are copied. */
const maxForkedMessages = 10_000

/**
 * Creates a conversation with a copy of the path down to a message. An active answer is copied with its text so far, as `interrupted`.
 * With a `cursor` the path is the one of that moment: messages that were deleted since are there, and later ones are not.
 * @throws Refusal NOT_FOUND, CONFLICT request-reused, BAD_REQUEST older-than-log
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
        const { source, originals } = await readSource(tx, userId, input)
        const conversationId = uuidv7()
        const { model, instructions, parameters } = source
        const title = toForkTitle(source.title)
        await tx.insert(conversations).values({
          id: conversationId,
          userId,
          title,
          // A model that names it after its next answer would drop the mark.
          titleSource: 'user',
          model,
          instructions,
          parameters: mergeParameters(parameters),
          lastEventAt: now,
          createdAt: now,
          updatedAt: now,
        })
        const copies = originals.reduce<Message[]>((done, original) => {
          done.push(copyMessage(original, conversationId, done.at(-1)?.id ?? null, now))
          return done
        }, [])
        return rowToConversation(await writeCopies(unit, userId, { conversationId, title, copies }, now))
      },
    )
    return rowToConversation(await readConversation(unit.tx, userId, id))
  })
}

interface Source {
  readonly source: Pick<Conversation, 'title' | 'model' | 'instructions' | 'parameters'>
  readonly originals: readonly Message[]
}

async function readSource(tx: Transaction, userId: Id, input: z.output<typeof conversationsForkInput>): Promise<Source> {
  const { messageId, cursor } = input
  if (cursor === undefined) {
    const leaf = await readMessageRow(tx, userId, messageId)
    const source = await readConversation(tx, userId, leaf.conversationId)
    const path = await readPath(tx, { conversationId: source.id, leafId: leaf.id, limit: maxForkedMessages })
    return { source, originals: await rowsToMessages(tx, source.id, path.rows) }
  }
  const leaf = await readTombstoneOrMessageRow(tx, userId, messageId)
  // No event is appended while the state is read.
  const row = await lockConversation(tx, userId, leaf.conversationId)
  const then = await readEarlierState(tx, row, { cursor: Number(cursor), leafId: leaf.id, limit: maxForkedMessages })
  const end = then.messages.findIndex(({ id }) => id === leaf.id)
  return { source: then.conversation, originals: await withoutLostFiles(tx, userId, then.messages.slice(0, end + 1)) }
}

/** A file that only a deleted message showed may be gone since. */
async function withoutLostFiles(tx: Transaction, userId: Id, path: readonly Message[]): Promise<Message[]> {
  const ids = [...new Set(path.flatMap(({ parts }) => partsToFileIds(parts)))]
  if (ids.length === 0) return [...path]
  const rows = await tx
    .select({ id: files.id })
    .from(files)
    .where(and(eq(files.userId, userId), inArray(files.id, ids)))
    .orderBy(files.id)
    .for('share')
  const left = new Set(rows.map(({ id }) => id))
  return path.map((message) => ({
    ...message,
    parts: message.parts.filter((part) => part.type !== 'file' || left.has(part.fileId)),
  }))
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
