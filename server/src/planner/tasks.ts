import { schema } from '@holdfast/drizzle'
import type { Id, Task, tasksAddInput, tasksListInput, tasksUpdateInput } from '@holdfast/shared'
import { and, asc, eq, ilike, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import type { Queries, Transaction } from '../database/database.ts'
import { idTaken } from '../messages/add-messages.ts'
import { notFound } from '../refusal.ts'
import { holdMilestone, readMilestone } from './milestones.ts'
import { announceChange, type Actor, type PlannerDeps, type PlannerUnit } from './planner-change.ts'
import { cursorToCondition, lastPosition, placeAfter, rowsToPage } from './planner-order.ts'
import { changedColumns, createdColumns, hashBody, rowToItem, toChanges, toCompletedAt } from './planner-row.ts'

const { tasks } = schema

const maxQueryWords = 20

export type TaskRow = typeof tasks.$inferSelect

export function rowToTask(row: TaskRow): Task {
  const { id, milestoneId, title, description, category, dueDate } = row
  const completedAt = row.completedAt?.toISOString() ?? null
  const completed = completedAt !== null
  return { id, milestoneId, title, description, category, dueDate, completed, completedAt, ...rowToItem(row) }
}

/**
 * A page of the user's tasks in their order. `today` says what is overdue.
 * @throws Refusal NOT_FOUND for a milestone that is not theirs
 */
export async function listTasks(
  queries: Queries,
  userId: Id,
  input: Omit<z.output<typeof tasksListInput>, 'today'> & { today: string },
) {
  const { status, category, milestoneId, overdue, query, today } = input
  if (milestoneId) await readMilestone(queries, userId, milestoneId)
  const isOverdue = and(isNull(tasks.completedAt), lt(tasks.dueDate, today))
  const rows = await queries
    .select()
    .from(tasks)
    .where(
      and(
        eq(tasks.userId, userId),
        isNull(tasks.deletedAt),
        status === 'all' ? undefined : status === 'pending' ? isNull(tasks.completedAt) : isNotNull(tasks.completedAt),
        category === undefined ? undefined : category === null ? isNull(tasks.category) : eq(tasks.category, category),
        milestoneId === undefined
          ? undefined
          : milestoneId === null
            ? isNull(tasks.milestoneId)
            : eq(tasks.milestoneId, milestoneId),
        // Without a due date it is neither true nor false, which is not true.
        overdue === undefined ? undefined : overdue ? isOverdue : sql`(${isOverdue}) is not true`,
        ...textToWords(query ?? '').map((word) => ilike(tasks.title, `%${word}%`)),
        cursorToCondition(tasks, input.cursor),
      ),
    )
    .orderBy(asc(tasks.position), asc(tasks.id))
    .limit(input.limit + 1)
  return rowsToPage(rows, input.limit, rowToTask)
}

/** The words of a search, as a pattern takes them: what it would read as a placeholder stands for itself. */
function textToWords(query: string): string[] {
  const words = query.split(/\s+/u).filter((word) => word !== '')
  return words.slice(0, maxQueryWords).map((word) => word.replaceAll(/[\\%_]/gu, '\\$&'))
}

/**
 * Makes a task, last in the order. A repeat with the same id and body gives the one that is there.
 * @throws Refusal NOT_FOUND for a milestone that is not the user's, CONFLICT id-taken
 */
export async function addTask(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  input: z.output<typeof tasksAddInput>,
): Promise<Task> {
  const { tx } = unit
  const body = {
    milestoneId: input.milestoneId ?? null,
    title: input.title,
    description: input.description ?? null,
    category: input.category ?? null,
    dueDate: input.dueDate ?? null,
  }
  if (body.milestoneId !== null) await holdMilestone(tx, actor.userId, body.milestoneId)
  const id = input.taskId ?? uuidv7()
  const position = await lastPosition(tx, tasks, actor.userId)
  const [created] = await tx
    .insert(tasks)
    .values({ ...body, id, position, ...createdColumns(actor, body) })
    .onConflictDoNothing({ target: tasks.id })
    .returning()
  if (created) {
    announceChange(deps, unit, actor, 'tasks', 1)
    return rowToTask(created)
  }
  const [existing] = await tx.select().from(tasks).where(isOwn(actor.userId, id))
  if (existing?.createdHash !== hashBody(body)) throw idTaken('taskId')
  return rowToTask(existing)
}

/** Changes what was named. @throws Refusal NOT_FOUND */
export async function updateTask(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  input: z.output<typeof tasksUpdateInput>,
): Promise<Task> {
  const { milestoneId, title, description, category, dueDate } = input
  // Parents are locked before children everywhere, so that no two changes wait for each other.
  if (milestoneId) await holdMilestone(unit.tx, actor.userId, milestoneId)
  const row = await lockTask(unit.tx, actor.userId, input.taskId)
  const completedAt = toCompletedAt(row, input.completed, actor.now)
  const changes = toChanges(row, { milestoneId, title, description, category, dueDate, completedAt })
  if (Object.keys(changes).length === 0) return rowToTask(row)
  announceChange(deps, unit, actor, 'tasks', 1)
  return saveTask(unit.tx, row.id, { ...changes, ...changedColumns(actor) })
}

/** Puts a task right after another one, or first. @throws Refusal NOT_FOUND, BAD_REQUEST */
export async function reorderTask(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  input: { taskId: Id; afterId: Id | null },
): Promise<Task> {
  const { userId } = actor
  const item = await lockTask(unit.tx, userId, input.taskId)
  const position = await placeAfter(unit.tx, tasks, 'Task', { userId, item, afterId: input.afterId })
  if (position !== item.position) announceChange(deps, unit, actor, 'tasks', 1)
  return saveTask(unit.tx, item.id, { position })
}

/** A task of the user's that is not deleted. @throws Refusal NOT_FOUND */
export async function readTask(queries: Queries, userId: Id, taskId: Id): Promise<TaskRow> {
  const [row] = await queries.select().from(tasks).where(isOwn(userId, taskId))
  if (!row) throw notFound('Task')
  return row
}

async function lockTask(tx: Transaction, userId: Id, taskId: Id): Promise<TaskRow> {
  const [row] = await tx.select().from(tasks).where(isOwn(userId, taskId)).for('update')
  if (!row) throw notFound('Task')
  return row
}

async function saveTask(tx: Transaction, id: Id, changes: Partial<typeof tasks.$inferInsert>): Promise<Task> {
  const [row] = await tx.update(tasks).set(changes).where(eq(tasks.id, id)).returning()
  if (!row) throw notFound('Task')
  return rowToTask(row)
}

function isOwn(userId: Id, taskId: Id) {
  return and(eq(tasks.id, taskId), eq(tasks.userId, userId), isNull(tasks.deletedAt))
}
