import { schema } from '@holdfast/drizzle'
import {
  conversationSchema,
  partsToContent,
  type Conversation,
  type Id,
  type Message,
  type Part,
  type SharedMessage,
  type SharedPart,
  type sharesCopyInput,
} from '@holdfast/shared'
import { and, eq, inArray } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import { readConversation, rowToConversation } from '../../conversation-store/conversation-row.ts'
import { doOnce } from '../../conversation-store/idempotent-request.ts'
import { writeCopies } from '../../conversations/write-copies.ts'
import { transact, type UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { rowToFilePart } from '../../files/file-row.ts'
import type { LimitDeps } from '../../limits/check-question.ts'
import { checkRoom } from '../../limits/check-room.ts'
import type { Transaction } from '../../platform/database/database.ts'
import { openShare, type OpenShare } from '../share-row.ts'
import { messagesToFileIds, readSharedMessages } from '../shared-messages.ts'

const { conversations, files } = schema

type FileRow = typeof files.$inferSelect

/**
 * Copies what a link shows, with its files, into a conversation of the reader. Nothing in the copy refers to the owner of the link.
 * @throws Refusal NOT_FOUND, CONFLICT request-reused, TOO_MANY_REQUESTS budget-exceeded when there is no room for the files
 */
export function copyShare(
  deps: UnitOfWorkDeps & LimitDeps,
  userId: Id,
  input: z.output<typeof sharesCopyInput>,
): Promise<Conversation> {
  const now = deps.clock.now()
  return transact(deps, async (unit) => {
    const { tx } = unit
    const { id } = await doOnce(
      tx,
      { userId, requestId: input.requestId, procedure: 'shares.copy', body: input, now },
      conversationSchema.pick({ id: true }),
      async () => {
        const share = await openShare(tx, input.token, now)
        const shared = await readSharedMessages(tx, share)
        const copiedFiles = await copyFiles(deps, tx, { share, shared, userId, now })
        const conversationId = uuidv7()
        const { title } = share
        await tx.insert(conversations).values({
          id: conversationId,
          userId,
          title,
          titleSource: 'user',
          lastEventAt: now,
          createdAt: now,
          updatedAt: now,
        })
        const copies = shared.reduce<Message[]>((done, message) => {
          const parts = message.parts.flatMap((part) => partToOwn(part, userId, copiedFiles) ?? [])
          done.push(toOwnMessage(message, parts, { conversationId, parentId: done.at(-1)?.id ?? null, now }))
          return done
        }, [])
        return rowToConversation(await writeCopies(unit, userId, { conversationId, title, copies }, now))
      },
    )
    return rowToConversation(await readConversation(tx, userId, id))
  })
}

/** New rows of the reader for the files of a share, by the ids of the old ones. Their bytes are shared. */
async function copyFiles(
  deps: LimitDeps,
  tx: Transaction,
  { share, shared, userId, now }: { share: OpenShare; shared: readonly SharedMessage[]; userId: Id; now: Date },
): Promise<ReadonlyMap<Id, FileRow>> {
  const ids = messagesToFileIds(shared)
  if (ids.length === 0) return new Map()
  // Locked, so that their bytes stay until the copies have them.
  const rows = await tx
    .select()
    .from(files)
    .where(and(inArray(files.id, ids), eq(files.userId, share.userId), eq(files.state, 'ready')))
    .for('share')
  if (rows.length === 0) return new Map()
  await checkRoom(deps, tx, { userId, bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0) })
  const copies = rows.map((row) => ({ ...row, id: uuidv7(), userId, createdAt: now, updatedAt: now, deletedAt: null }))
  await tx.insert(files).values(copies)
  return new Map(rows.map((row, index) => [row.id, copies[index] ?? row]))
}

/** Null: a file that is not there any more. */
function partToOwn(part: SharedPart, userId: Id, copiedFiles: ReadonlyMap<Id, FileRow>): Part | null {
  switch (part.type) {
    case 'tool-call':
      return { ...part, callId: uuidv7() }
    case 'remark':
      return { ...part, remarkId: uuidv7(), authorId: userId }
    case 'file': {
      const row = copiedFiles.get(part.fileId)
      return row ? rowToFilePart(row) : null
    }
    case 'text':
    case 'reasoning':
      return part
  }
}

function toOwnMessage(
  { role, status, createdAt }: SharedMessage,
  parts: Part[],
  { conversationId, parentId, now }: { conversationId: Id; parentId: Id | null; now: Date },
): Message {
  const id = uuidv7()
  const isOver = status === 'completed' || status === 'cancelled' || status === 'error'
  return {
    id,
    conversationId,
    parentId,
    siblingIds: [id],
    role,
    status: isOver ? status : 'interrupted',
    content: partsToContent(parts),
    parts,
    model: null,
    usage: null,
    costMicroUsd: null,
    error: null,
    createdAt,
    updatedAt: now.toISOString(),
  }
}
