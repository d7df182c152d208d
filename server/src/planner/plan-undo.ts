import type { Id, PlannerKindName, UndoField, UndoKept } from '@holdfast/shared'
import type { ItemChange } from './planner-record.ts'
import type { PlannerValues } from './planner-values.ts'

/** An item as it is. Items that were removed for good are missing. */
export interface CurrentItem {
  readonly kind: PlannerKindName
  readonly id: Id
  readonly values: PlannerValues
  /** The answer that made the last change; null when a person did. */
  readonly changedByMessageId: Id | null
}

export interface UndoInput {
  readonly messageId: Id
  /** What is to be reversed, oldest first. */
  readonly changes: readonly ItemChange[]
  /** The items of the changes, and the goals and milestones that they belong or belonged to. */
  readonly items: ReadonlyMap<Id, CurrentItem>
  /** What belongs to those goals and milestones: of items that are not deleted, by the id of the goal or milestone. */
  readonly childIds: ReadonlyMap<Id, readonly Id[]>
}

export interface UndoPlan {
  /** Parents before children. `after` has what to write. */
  readonly changes: readonly (ItemChange & { readonly before: PlannerValues })[]
  readonly kept: readonly UndoKept[]
}

const kindOrder: readonly PlannerKindName[] = ['goal', 'milestone', 'task']
const parentColumns: Readonly<Record<PlannerKindName, 'goalId' | 'milestoneId' | null>> = {
  goal: null,
  milestone: 'goalId',
  task: 'milestoneId',
}
/** A deletion is one value in two columns. */
const deletionColumns: ReadonlySet<string> = new Set(['deletedAt', 'deletedWith'])

interface Draft {
  readonly item: CurrentItem
  values: Record<string, string | number | null>
  /** Columns that somebody else has changed since, so that nothing earlier is reversed either. */
  readonly blocked: Set<string>
  kept: Omit<UndoKept, 'kind' | 'id' | 'title'>[]
}

/**
 * How to reverse changes: each, from the last to the first, as far as an item still has the values that the change left. A value that
 * differs was changed since, and stays. What an answer made is removed only if it is as the answer left it, wherever it was moved, and if
 * nothing that stays belongs to it.
 */
export function planUndo(input: UndoInput): UndoPlan {
  const drafts = new Map<Id, Draft>()
  const gone = new Map<Id, UndoKept>()
  for (const change of input.changes.toReversed()) {
    const item = input.items.get(change.itemId)
    if (!item) {
      gone.set(change.itemId, { kind: change.kind, id: change.itemId, title: toTitle(change), fields: [], reason: 'gone' })
      continue
    }
    const draft = drafts.get(item.id) ?? { item, values: { ...item.values }, blocked: new Set<string>(), kept: [] }
    drafts.set(item.id, draft)
    if (change.before === null) reverseCreation(input, draft, change)
    else reverseChange(draft, change.before, change.after)
  }
  const ordered = [...drafts.values()].toSorted(
    (a, b) => kindOrder.indexOf(a.item.kind) - kindOrder.indexOf(b.item.kind) || (a.item.id < b.item.id ? -1 : 1),
  )
  for (const draft of ordered) keepWhatChanged(input, draft)
  for (const draft of ordered) keepInLivingParent(input, draft, drafts)
  // What stays below may keep what is above it: from tasks to goals.
  for (const draft of ordered.toReversed()) keepWhatOthersNeed(input, draft, drafts)
  return {
    changes: ordered.flatMap((draft) => draftToChange(draft) ?? []),
    kept: [
      ...ordered.flatMap(({ item, kept }) =>
        kept.map((one) => ({ kind: item.kind, id: item.id, title: String(item.values['title'] ?? ''), ...one })),
      ),
      ...gone.values(),
    ],
  }
}

function toTitle({ before, after }: ItemChange): string {
  return String(after['title'] ?? before?.['title'] ?? '')
}

function reverseChange(draft: Draft, before: PlannerValues, after: PlannerValues): void {
  const columns = Object.keys(after)
  const groups = [columns.filter((column) => deletionColumns.has(column))].filter(({ length }) => length > 0)
  for (const group of [...groups, ...columns.filter((column) => !deletionColumns.has(column)).map((column) => [column])]) {
    const isAsLeft = group.every((column) => draft.values[column] === after[column] && !draft.blocked.has(column))
    for (const column of group) {
      if (isAsLeft) draft.values[column] = before[column] ?? null
      else draft.blocked.add(column)
    }
  }
}

/** The answer's own later changes are reversed by now: whatever still differs is not the answer's. */
function reverseCreation({ messageId }: UndoInput, draft: Draft, { after }: ItemChange): void {
  const isDeletedSince = draft.values['deletedAt'] !== null
  const isAsMade = Object.keys(after).every(
    (column) => column === 'position' || deletionColumns.has(column) || draft.values[column] === after[column],
  )
  const isDeletedNow = draft.item.values['deletedAt'] !== null
  draft.values = { ...draft.item.values }
  draft.blocked.clear()
  // Somebody has deleted it since, or the answer itself has: there is nothing left to remove.
  if (isDeletedSince || isDeletedNow) return
  if (isAsMade) {
    draft.values['deletedAt'] = removalTime
    draft.values['deletedWith'] = draft.item.id
  } else draft.kept.push({ fields: [], reason: toReason(draft, messageId) })
}

/** Stands for the time of the undo. */
const removalTime = 'now'

function toReason({ item }: Draft, messageId: Id): 'changed-by-person' | 'changed-by-answer' {
  return item.changedByMessageId !== null && item.changedByMessageId !== messageId ? 'changed-by-answer' : 'changed-by-person'
}

/** Says which columns stay although the answer has changed them. What is in the trash since stays as it is there. */
function keepWhatChanged({ messageId }: UndoInput, draft: Draft): void {
  const { item, values, blocked } = draft
  if (item.values['deletedAt'] !== null && values['deletedAt'] !== null) {
    const hasChange = Object.keys(values).some((column) => values[column] !== item.values[column])
    draft.values = { ...item.values }
    if (hasChange || blocked.size > 0) draft.kept.push({ fields: [], reason: toReason(draft, messageId) })
    return
  }
  const fields = [...blocked].filter(
    (column) => !deletionColumns.has(column) && column !== 'position' && values[column] === item.values[column],
  )
  if (fields.length > 0) draft.kept.push({ fields: fields as UndoField[], reason: toReason(draft, messageId) })
}

function isLive(values: PlannerValues | undefined): boolean {
  return values !== undefined && values['deletedAt'] === null
}

/** An item does not go back to a goal or milestone that is deleted: a restored one stands alone then, another stays where it is. */
function keepInLivingParent({ items }: UndoInput, draft: Draft, drafts: ReadonlyMap<Id, Draft>): void {
  const { item, values } = draft
  const column = parentColumns[item.kind]
  const parentId = column === null ? null : values[column]
  if (column === null || typeof parentId !== 'string' || !isLive(values)) return
  const isRestored = !isLive(item.values)
  if (!isRestored && parentId === item.values[column]) return
  // One that is about to be removed counts as living here: what comes back into it makes it stay.
  const parent = items.get(parentId)
  if (isLive(parent?.values) || isLive(drafts.get(parentId)?.values)) return
  values[column] = isRestored ? null : (item.values[column] ?? null)
  draft.kept.push({ fields: [column], reason: 'parent-deleted' })
}

function keepWhatOthersNeed({ childIds }: UndoInput, draft: Draft, drafts: ReadonlyMap<Id, Draft>): void {
  const { item, values } = draft
  if (!isLive(item.values) || isLive(values)) return
  const staysHere = (id: Id) => {
    const child = drafts.get(id)
    if (!child) return true
    const column = parentColumns[child.item.kind]
    return isLive(child.values) && column !== null && child.values[column] === item.id
  }
  if (![...(childIds.get(item.id) ?? []), ...drafts.keys()].some(staysHere)) return
  draft.values = { ...item.values }
  draft.kept.push({ fields: [], reason: 'has-other-items' })
}

function draftToChange({ item, values }: Draft): UndoPlan['changes'][number] | null {
  const columns = Object.keys(values).filter((column) => values[column] !== item.values[column])
  if (columns.length === 0) return null
  const pick = (from: PlannerValues) => Object.fromEntries(columns.map((column) => [column, from[column] ?? null]))
  return { kind: item.kind, itemId: item.id, before: pick(item.values), after: pick(values) }
}
