import { schema } from '@holdfast/drizzle'
import {
  maxCategoryLength,
  maxPlannerDescriptionLength,
  maxPlannerTitleLength,
  type Id,
  type PlannerSource,
} from '@holdfast/shared'
import { and, eq, inArray } from 'drizzle-orm'
import type { UnitOfWork } from '../event-log/unit-of-work.ts'
import { hashBody } from '../planner/planner-row.ts'
import type { ImportedPlannerItem, ImportProblem } from './formats/imported.ts'
import { sourceToId, toOwnId } from './source-ids.ts'
import { valueToTime } from './formats/times.ts'

const { conversations, goals, messages, milestones, tasks } = schema

export interface WrittenItem {
  readonly isNew: boolean
  readonly problems: readonly ImportProblem[]
}

/**
 * Adds a goal, milestone or task of our own export with its id, place and times. One that is here already stays as it is, also one that was
 * deleted. A parent or a message that is not here is left out of it.
 */
export async function writePlannerItem(
  unit: UnitOfWork,
  { userId, imported, now }: { readonly userId: Id; readonly imported: ImportedPlannerItem; readonly now: Date },
): Promise<WrittenItem> {
  const { tx } = unit
  const { type, item } = imported
  const table = { goal: goals, milestone: milestones, task: tasks }[type]
  const id = await findPlannerId(unit, userId, type, item.id)
  if (id === null) return { isNew: false, problems: [] }
  const problems: ImportProblem[] = []
  const cut = (text: string, max: number, what: string) => {
    const points = [...text.replaceAll('\u0000', '').toWellFormed()]
    if (points.length > max)
      problems.push({ what: `The ${type} “${item.title.slice(0, 100)}”: ${what}`, why: `It was cut to ${max} characters` })
    return points.slice(0, max).join('')
  }
  const cutOrNull = (text: string | null, max: number, what: string) => (text === null ? null : cut(text, max, what))
  const title = cut(item.title, maxPlannerTitleLength, 'the title') || 'Untitled'
  const created = await findSource(unit, userId, item.createdBy)
  const changed = await findSource(unit, userId, item.changedBy)
  const body =
    type === 'goal'
      ? {
          title,
          description: cutOrNull(item.description, maxPlannerDescriptionLength, 'the description'),
          targetDate: item.targetDate,
        }
      : type === 'milestone'
        ? { goalId: await findParentId(unit, userId, 'goal', item.goalId), title, targetDate: item.targetDate }
        : {
            milestoneId: await findParentId(unit, userId, 'milestone', item.milestoneId),
            title,
            description: cutOrNull(item.description, maxPlannerDescriptionLength, 'the description'),
            category: cutOrNull(item.category, maxCategoryLength, 'the category'),
            dueDate: item.dueDate,
          }
  const state =
    type === 'goal' ? { status: item.status } : { completedAt: item.completedAt === null ? null : valueToTime(item.completedAt) }
  const rows = await tx
    .insert(table)
    .values({
      id,
      userId,
      ...body,
      ...state,
      position: item.position,
      createdHash: hashBody(body),
      createdInConversationId: created?.conversationId ?? null,
      createdByMessageId: created?.messageId ?? null,
      changedInConversationId: changed?.conversationId ?? null,
      changedByMessageId: changed?.messageId ?? null,
      createdAt: valueToTime(item.createdAt) ?? now,
      updatedAt: valueToTime(item.updatedAt) ?? now,
    })
    .onConflictDoNothing({ target: table.id })
    .returning({ id: table.id })
  if (rows.length > 0) unit.notify(userId, { type: 'planner' })
  return { isNew: rows.length > 0, problems }
}

/** The id of a new item: its own, or another one where its own belongs to somebody else. Null: it is here, or was deleted here. */
async function findPlannerId(
  unit: UnitOfWork,
  userId: Id,
  type: ImportedPlannerItem['type'],
  sourceId: string,
): Promise<Id | null> {
  const found = await findItems(unit, type, sourceId, userId)
  if (found.rows.some((row) => row.userId === userId)) return null
  return found.own !== null && found.rows.length === 0 ? found.own : found.derived
}

async function findParentId(
  unit: UnitOfWork,
  userId: Id,
  type: 'goal' | 'milestone',
  sourceId: string | null,
): Promise<Id | null> {
  if (sourceId === null) return null
  const { rows } = await findItems(unit, type, sourceId, userId)
  return rows.find((row) => row.userId === userId && row.deletedAt === null)?.id ?? null
}

async function findItems({ tx }: UnitOfWork, type: ImportedPlannerItem['type'], sourceId: string, userId: Id) {
  const table = { goal: goals, milestone: milestones, task: tasks }[type]
  const own = toOwnId('holdfast', sourceId)
  const derived = sourceToId(userId, 'holdfast', type, sourceId)
  const rows = await tx
    .select({ id: table.id, userId: table.userId, deletedAt: table.deletedAt })
    .from(table)
    .where(inArray(table.id, own === null ? [derived] : [own, derived]))
  return { own, derived, rows }
}

/** The message that an item was made in, under the ids that an import gave it. */
async function findSource({ tx }: UnitOfWork, userId: Id, source: PlannerSource): Promise<PlannerSource> {
  if (source === null) return null
  const { conversationId, messageId } = source
  const own = toOwnId('holdfast', messageId)
  const derived = sourceToId(userId, 'holdfast', 'message', conversationId, messageId)
  const [row] = await tx
    .select({ conversationId: messages.conversationId, messageId: messages.id })
    .from(messages)
    .innerJoin(conversations, eq(conversations.id, messages.conversationId))
    .where(and(inArray(messages.id, own === null ? [derived] : [own, derived]), eq(conversations.userId, userId)))
    .limit(1)
  return row ?? null
}
