import { schema } from '@holdfast/drizzle'
import {
  isActive,
  sharedMessageSchema,
  type Id,
  type Message,
  type Part,
  type SharedMessage,
  type SharedPart,
} from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { rowsToMessagesAlone } from '../conversation-store/message-row.ts'
import { readNewestLeaf, readPath } from '../conversation-store/read-path.ts'
import type { Queries } from '../platform/database/database.ts'
import { notFound } from '../platform/refusal.ts'
import type { OpenShare } from './share-row.ts'

const { shares } = schema

/** A longer branch is shared by its newest messages. */
export const maxSharedMessages = 2_000

const storedSchema = z.array(sharedMessageSchema)

/** What readers of a link may know of messages. Messages of the system are instructions, and are left out. */
function messagesToShared(messages: readonly Message[]): SharedMessage[] {
  return messages.flatMap(({ id, role, status, parts, createdAt }) =>
    role === 'system' ? [] : { id, role, status, parts: parts.map(partToShared), createdAt },
  )
}

function partToShared(part: Part): SharedPart {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'reasoning': {
      const { text, durationMs } = part
      return { type: 'reasoning', text, ...(durationMs === undefined ? {} : { durationMs }) }
    }
    case 'tool-call': {
      const { name, args, changedArgs, state, result, error } = part
      return {
        type: 'tool-call',
        name,
        args: changedArgs ?? args,
        state,
        ...(result === undefined ? {} : { result }),
        ...(error === undefined ? {} : { error }),
      }
    }
    case 'file': {
      const { fileId, name, mediaType, bytes, width, height } = part
      const size = width === undefined || height === undefined ? {} : { width, height }
      return { type: 'file', fileId, name, mediaType, bytes, ...size, url: '' }
    }
    case 'remark':
      return { type: 'remark', text: part.text, createdAt: part.createdAt }
  }
}

/** The messages of a branch as they are, with an answer that is being written as far as it is. @throws Refusal NOT_FOUND */
async function readBranch(queries: Queries, conversationId: Id, leafId: Id | null): Promise<SharedMessage[]> {
  const { rows } = await readPath(queries, { conversationId, leafId, limit: maxSharedMessages })
  return messagesToShared(await rowsToMessagesAlone(queries, rows))
}

/** As {@link readBranch}, for a snapshot: nothing in it will go on. */
export async function readBranchForGood(queries: Queries, conversationId: Id, leafId: Id | null): Promise<SharedMessage[]> {
  const messages = await readBranch(queries, conversationId, leafId)
  return messages.map((message) => (isActive(message.status) ? { ...message, status: 'interrupted' } : message))
}

/** All messages of a share, their files without addresses. @throws Refusal NOT_FOUND when its branch is gone */
export function readSharedMessages(queries: Queries, share: OpenShare): Promise<SharedMessage[]> {
  return share.kind === 'snapshot' ? readStored(queries, share.id) : readLive(queries, share)
}

/** Where files of a share are found; the addresses that these lead to are signed anew each time. @param sharePath `/share/TOKEN` */
export function addFileAddresses(messages: readonly SharedMessage[], sharePath: string): SharedMessage[] {
  return messages.map((message) => ({
    ...message,
    parts: message.parts.map((part) => (part.type === 'file' ? { ...part, url: `${sharePath}/files/${part.fileId}` } : part)),
  }))
}

async function readStored(queries: Queries, shareId: Id): Promise<SharedMessage[]> {
  const [row] = await queries.select({ messages: shares.messages }).from(shares).where(eq(shares.id, shareId))
  if (!row || row.messages === null) throw notFound('Share')
  return storedSchema.parse(JSON.parse(row.messages))
}

async function readLive(queries: Queries, { conversationId, leafId, activeMessageId }: OpenShare): Promise<SharedMessage[]> {
  const end = leafId === null ? activeMessageId : await readNewestLeaf(queries, conversationId, leafId)
  return readBranch(queries, conversationId, end)
}

export function messagesToFileIds(messages: readonly SharedMessage[]): Id[] {
  const ids = messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'file' ? part.fileId : [])))
  return [...new Set(ids)]
}
