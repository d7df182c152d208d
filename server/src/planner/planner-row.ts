import { createHash } from 'node:crypto'
import type { schema } from '@holdfast/drizzle'
import type { PlannerSource } from '@holdfast/shared'
import type { Actor } from './planner-change.ts'

export type PlannerTable = typeof schema.goals | typeof schema.milestones | typeof schema.tasks
type Row = PlannerTable['$inferSelect']

/** What goals, milestones and tasks show in common. */
export function rowToItem(row: Row) {
  return {
    position: row.position,
    createdBy: toSource(row.createdInConversationId, row.createdByMessageId),
    changedBy: toSource(row.changedInConversationId, row.changedByMessageId),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

function toSource(conversationId: string | null, messageId: string | null): PlannerSource {
  return conversationId === null || messageId === null ? null : { conversationId, messageId }
}

/** The columns of a new row that do not depend on what it is. */
export function createdColumns(actor: Actor, body: Readonly<Record<string, unknown>>) {
  return {
    userId: actor.userId,
    createdHash: hashBody(body),
    createdInConversationId: actor.source?.conversationId ?? null,
    createdByMessageId: actor.source?.messageId ?? null,
    createdAt: actor.now,
    ...changedColumns(actor),
  }
}

export function changedColumns(actor: Actor) {
  return {
    changedInConversationId: actor.source?.conversationId ?? null,
    changedByMessageId: actor.source?.messageId ?? null,
    updatedAt: actor.now,
  }
}

/** The keys of a body are in the order in which the code writes them, so the same body always gives the same text. */
export function hashBody(body: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('hex')
}

/** Those of `wanted` that were given and differ from the row. */
export function toChanges<Wanted extends Readonly<Record<string, unknown>>>(
  row: Readonly<Record<string, unknown>>,
  wanted: Wanted,
): { [Key in keyof Wanted]?: Exclude<Wanted[Key], undefined> } {
  const isChange = ([key, value]: [string, unknown]) => value !== undefined && !isSame(row[key], value)
  return Object.fromEntries(Object.entries(wanted).filter(isChange)) as {
    [Key in keyof Wanted]?: Exclude<Wanted[Key], undefined>
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return a instanceof Date && b instanceof Date ? a.getTime() === b.getTime() : a === b
}

/** When something counts as completed from now on. Undefined: as before. Completing twice keeps the first time. */
export function toCompletedAt(
  row: { completedAt: Date | null },
  completed: boolean | undefined,
  now: Date,
): Date | null | undefined {
  if (completed === undefined) return undefined
  return completed ? (row.completedAt ?? now) : null
}
