import { undoFields, type Id, type UndoField, type UndoItem } from '@holdfast/shared'
import type { CurrentItem } from './plan-undo.ts'
import type { ItemChange } from './planner-record.ts'
import type { PlannerValues } from './planner-values.ts'

/** Changes as a person reads them. `items`: before or after the changes, for what is called how. */
export function describeChanges(changes: readonly ItemChange[], items: ReadonlyMap<Id, CurrentItem>): UndoItem[] {
  return changes.map(({ kind, itemId, before, after }) => {
    const isDeletion = after['deletedAt'] !== undefined && after['deletedAt'] !== null
    const isRestored = before !== null && typeof before['deletedAt'] === 'string' && after['deletedAt'] === null
    return {
      kind,
      id: itemId,
      title: String(before?.['title'] ?? items.get(itemId)?.values['title'] ?? ''),
      action: isDeletion ? 'remove' : isRestored ? 'restore' : 'change',
      fields: undoFields.flatMap((field) => (after[field] === undefined ? [] : [toField(field, before, after, items)])),
    }
  })
}

function toField(
  field: UndoField,
  before: PlannerValues | null,
  after: PlannerValues,
  items: ReadonlyMap<Id, CurrentItem>,
): UndoItem['fields'][number] {
  const [from, to] = [before?.[field] ?? null, after[field] ?? null]
  if (field !== 'milestoneId' && field !== 'goalId') return { field, from, to }
  const nameOf = (id: string | number | null) => {
    const title = items.get(String(id))?.values['title']
    return typeof title === 'string' ? title : null
  }
  return { field, from, to, fromTitle: nameOf(from), toTitle: nameOf(to) }
}
