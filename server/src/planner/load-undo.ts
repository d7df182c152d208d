import { schema } from '@holdfast/drizzle'
import type { Id, PlannerKindName, PlannerUndoState } from '@holdfast/shared'
import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import type { Queries } from '../platform/database/database.ts'
import { planUndo, type CurrentItem, type UndoPlan } from './plan-undo.ts'
import { readRecordedChanges, type ItemChange, type RecordedChange } from './planner-record.ts'
import type { PlannerRow, PlannerTable } from './planner-row.ts'
import { rowToValues, type PlannerValues } from './planner-values.ts'

const { goals, milestones, tasks } = schema

export const tablesByKind: Readonly<Record<PlannerKindName, PlannerTable>> = { goal: goals, milestone: milestones, task: tasks }

export interface LoadedUndo {
  readonly state: PlannerUndoState
  /** What the newest undo or redo did; empty where there is none. */
  readonly lastChanges: readonly ItemChange[]
  readonly plan: UndoPlan
  readonly items: ReadonlyMap<Id, CurrentItem>
}

/**
 * How what an answer did to the plans stands, and how to reverse it: of `changed` what was done since the last undo, of `undone` that undo.
 * With `lock` the items cannot change until the transaction ends.
 */
export async function loadUndo(
  queries: Queries,
  input: { readonly userId: Id; readonly messageId: Id; readonly lock: boolean },
): Promise<LoadedUndo> {
  const { userId, messageId } = input
  const recorded = await readRecordedChanges(queries, userId, messageId)
  const newest = recorded.at(-1)
  const state = newest === undefined ? 'unchanged' : newest.origin === 'undo' ? 'undone' : 'changed'
  const lastUndo = recorded.findLastIndex(({ origin }) => origin === 'undo')
  const changes = state === 'undone' ? takeLast(recorded, 'undo') : recorded.slice(lastUndo + 1)
  const items = await readItems(queries, input, changes)
  const childIds = await readChildIds(queries, userId, items)
  return {
    state,
    lastChanges: newest === undefined || newest.origin === 'answer' ? [] : takeLast(recorded, newest.origin),
    plan: planUndo({ messageId, changes, items, childIds }),
    items,
  }
}

/** The newest changes, as far as they have this origin. */
function takeLast(recorded: readonly RecordedChange[], wanted: RecordedChange['origin']): RecordedChange[] {
  return recorded.slice(recorded.findLastIndex(({ origin }) => origin !== wanted) + 1)
}

/** The items of changes, and what they belong or belonged to. Parents first: they are locked before their children everywhere. */
async function readItems(
  queries: Queries,
  { userId, lock }: { readonly userId: Id; readonly lock: boolean },
  changes: readonly ItemChange[],
): Promise<Map<Id, CurrentItem>> {
  const items = new Map<Id, CurrentItem>()
  const read = async (kind: PlannerKindName, ids: ReadonlySet<Id>) => {
    const table = tablesByKind[kind]
    const wanted = [...ids].filter((id) => !items.has(id))
    if (wanted.length === 0) return
    const query = queries
      .select()
      .from(table)
      .where(and(eq(table.userId, userId), inArray(table.id, wanted)))
      .orderBy(asc(table.id))
    for (const row of (await (lock ? query.for('update') : query)) as PlannerRow[]) {
      items.set(row.id, { kind, id: row.id, values: rowToValues(row), changedByMessageId: row.changedByMessageId })
    }
  }
  const idsOf = (kind: PlannerKindName) => changes.flatMap((change) => (change.kind === kind ? change.itemId : []))
  const parentsIn = (column: 'goalId' | 'milestoneId', values: readonly (PlannerValues | null)[]) =>
    values.flatMap((value) => (typeof value?.[column] === 'string' ? value[column] : []))
  const all = changes.flatMap(({ before, after }) => [before, after])
  await read('goal', new Set([...idsOf('goal'), ...parentsIn('goalId', all)]))
  await read('milestone', new Set([...idsOf('milestone'), ...parentsIn('milestoneId', all)]))
  await read('task', new Set(idsOf('task')))
  // A person may have moved them somewhere else since.
  const now = [...items.values()].map(({ values }) => values)
  await read('milestone', new Set(parentsIn('milestoneId', now)))
  await read(
    'goal',
    new Set(
      parentsIn(
        'goalId',
        [...items.values()].map(({ values }) => values),
      ),
    ),
  )
  return items
}

async function readChildIds(
  queries: Queries,
  userId: Id,
  items: ReadonlyMap<Id, CurrentItem>,
): Promise<ReadonlyMap<Id, readonly Id[]>> {
  const childIds = new Map<Id, Id[]>()
  const add = (rows: readonly { readonly id: Id; readonly parentId: Id | null }[]) => {
    for (const { id, parentId } of rows) {
      if (parentId !== null) childIds.set(parentId, [...(childIds.get(parentId) ?? []), id])
    }
  }
  const idsOf = (kind: PlannerKindName) => [...items.values()].flatMap((item) => (item.kind === kind ? item.id : []))
  const [goalIds, milestoneIds] = [idsOf('goal'), idsOf('milestone')]
  if (goalIds.length > 0) {
    add(
      await queries
        .select({ id: milestones.id, parentId: milestones.goalId })
        .from(milestones)
        .where(and(eq(milestones.userId, userId), inArray(milestones.goalId, goalIds), isNull(milestones.deletedAt))),
    )
  }
  if (milestoneIds.length > 0) {
    add(
      await queries
        .select({ id: tasks.id, parentId: tasks.milestoneId })
        .from(tasks)
        .where(and(eq(tasks.userId, userId), inArray(tasks.milestoneId, milestoneIds), isNull(tasks.deletedAt))),
    )
  }
  return childIds
}
