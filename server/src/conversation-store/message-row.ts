import { activeStatusCondition, schema } from '@holdfast/drizzle'
import {
  foldMessage,
  generationNoteSchema,
  isActive,
  messageErrorSchema,
  partSchema,
  partsToContent,
  remarkPartSchema,
  usageSchema,
  type Id,
  type Message,
} from '@holdfast/shared'
import { and, asc, eq, inArray, isNull, or } from 'drizzle-orm'
import { z } from 'zod'
import type { Queries } from '../platform/database/database.ts'
import { readGenerationEvents } from '../event-log/read-log.ts'

const { generations, messages } = schema

export type MessageRow = typeof messages.$inferSelect

const partsSchema = z.array(partSchema)
const notesSchema = z.array(generationNoteSchema)
const remarksSchema = z.array(remarkPartSchema)

/** A row as it was at its last end: a running message lacks what is only in the log. */
export function rowToSettledMessage(row: MessageRow, siblingIds: readonly Id[]): Message {
  const parts = partsSchema.parse(JSON.parse(row.parts))
  return {
    id: row.id,
    conversationId: row.conversationId,
    parentId: row.parentId,
    siblingIds: [...siblingIds],
    role: row.role,
    status: row.status,
    content: partsToContent(parts),
    parts,
    model: row.model,
    usage: row.usage === null ? null : usageSchema.parse(JSON.parse(row.usage)),
    costMicroUsd: row.costMicroUsd,
    error: row.error === null ? null : messageErrorSchema.parse(JSON.parse(row.error)),
    ...(row.notes === null ? {} : { notes: notesSchema.parse(JSON.parse(row.notes)) }),
    ...(row.pendingRemarks === null ? {} : { pendingRemarks: remarksSchema.parse(JSON.parse(row.pendingRemarks)) }),
    ...(row.reactions === null ? {} : { reactions: row.reactions }),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

/**
 * What a row holds of a message, but for its ids, its place in the log and the time when it was made. Its reactions are left out, too: they
 * change while an answer is written, and its end must not undo that.
 */
export function messageToValues(message: Omit<Message, 'siblingIds' | 'content'>) {
  const { parentId, role, status, parts, model, usage, costMicroUsd, error, notes, pendingRemarks, updatedAt } = message
  return {
    parentId,
    role,
    status,
    parts: JSON.stringify(parts),
    model,
    usage: usage ? JSON.stringify(usage) : null,
    costMicroUsd,
    error: error ? JSON.stringify(error) : null,
    notes: notes ? JSON.stringify(notes) : null,
    pendingRemarks: pendingRemarks ? JSON.stringify(pendingRemarks) : null,
    updatedAt: new Date(updatedAt),
  } satisfies Partial<MessageRow>
}

/**
 * Rows as messages, in the same order, with their siblings; running ones folded with their log. The reads must see one state of the
 * database: call it inside a transaction when the answer is to stand at a cursor.
 */
export async function rowsToMessages(queries: Queries, conversationId: Id, rows: readonly MessageRow[]): Promise<Message[]> {
  if (rows.length === 0) return []
  const siblings = await readSiblings(queries, conversationId, rows)
  const settled = rows.map((row) => rowToSettledMessage(row, siblings.get(row.parentId) ?? [row.id]))
  return foldRunning(queries, settled)
}

/** As {@link rowsToMessages}, with `siblingIds` left empty: for readers that know no branches. */
export function rowsToMessagesAlone(queries: Queries, rows: readonly MessageRow[]): Promise<Message[]> {
  return foldRunning(
    queries,
    rows.map((row) => rowToSettledMessage(row, [])),
  )
}

async function foldRunning(queries: Queries, settled: readonly Message[]): Promise<Message[]> {
  const runningIds = settled.filter((message) => isActive(message.status)).map((message) => message.id)
  if (runningIds.length === 0) return [...settled]
  const active = await queries
    .select({ id: generations.id, messageId: generations.messageId })
    .from(generations)
    .where(and(inArray(generations.messageId, runningIds), activeStatusCondition(generations.status)))
  const records = await readGenerationEvents(
    queries,
    active.map((generation) => generation.id),
  )
  return settled.map((message) => {
    if (!isActive(message.status)) return message
    const own = records.filter(({ event }) => 'messageId' in event && event.messageId === message.id)
    // The row says what the message is doing now; an event of an earlier try does not change that.
    return { ...foldMessage(message, own), status: message.status }
  })
}

/** The existing children of each of the rows' parents, in the order in which they were added. */
export async function readSiblings(
  queries: Queries,
  conversationId: Id,
  rows: readonly { parentId: Id | null }[],
): Promise<Map<Id | null, Id[]>> {
  const parentIds = [...new Set(rows.flatMap((row) => row.parentId ?? []))]
  const hasRoots = rows.some((row) => row.parentId === null)
  const children = await queries
    .select({ id: messages.id, parentId: messages.parentId })
    .from(messages)
    .where(
      and(
        eq(messages.conversationId, conversationId),
        isNull(messages.deletedAt),
        or(
          parentIds.length > 0 ? inArray(messages.parentId, parentIds) : undefined,
          hasRoots ? isNull(messages.parentId) : undefined,
        ),
      ),
    )
    .orderBy(asc(messages.addedSeq))
  const siblings = new Map<Id | null, Id[]>()
  for (const { id, parentId } of children) {
    const known = siblings.get(parentId)
    if (known) known.push(id)
    else siblings.set(parentId, [id])
  }
  return siblings
}
