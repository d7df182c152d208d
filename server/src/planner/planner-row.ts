import { createHash } from 'node:crypto'
import type { schema } from '@holdfast/drizzle'
import type { PlannerSource } from '@holdfast/shared'
import type { Actor, PlannerTableName } from './planner-change.ts'

export type PlannerTable = typeof schema.goals | typeof schema.milestones | typeof schema.tasks
export type PlannerRow = PlannerTable['$inferSelect']

/** One of goals, milestones and tasks: where its rows are, what it is called, and how a row becomes what clients see. */
export interface PlannerKind<Row extends PlannerRow, Item> {
  /** Holds rows of type `Row`. */
  readonly table: PlannerTable
  readonly name: PlannerTableName
  readonly noun: 'Goal' | 'Milestone' | 'Task'
  /** The field of an input that holds its id. */
  readonly idField: 'goalId' | 'milestoneId' | 'taskId'
  readonly rowToItem: (row: Row) => Item
}

/** The fields that goals, milestones and tasks share. */
export function rowToCommonFields(row: PlannerRow) {
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

/** The columns of a new row that every kind has. */
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

/** Identifies the body that an item was created with. The code writes its keys in a fixed order, so equal bodies give equal hashes. */
export function hashBody(body: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('hex')
}

/** The fields of `wanted` that are given and differ from the row. */
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

/** The new completion time; undefined leaves it as it is. Completing again keeps the first time. */
export function toCompletedAt(
  row: { completedAt: Date | null },
  completed: boolean | undefined,
  now: Date,
): Date | null | undefined {
  if (completed === undefined) return undefined
  return completed ? (row.completedAt ?? now) : null
}
