import type { PlannedCall } from '../reply-plan.ts'
import { findItem, listTool, toWords, type Found } from './find-item.ts'
import type { Intent, ItemAction, PlannerKind } from './intent.ts'

type Create = Extract<Intent, { type: 'create' }>
type Act = Extract<Intent, { type: 'act' }>

const parentKinds = { task: 'milestone', milestone: 'goal', goal: 'goal' } as const
const createTool = { task: 'add_task', milestone: 'create_milestone', goal: 'create_goal' } as const

/** Whether an instruction has to look something up before it can be carried out. */
export function needsLookup(intent: Intent): intent is Create | Act {
  return intent.type === 'act' || (intent.type === 'create' && intent.parent !== null)
}

/** The first call for an instruction: the search where one is needed, else the deed itself. */
export function intentToFirstCall(
  intent: Exclude<Intent, { type: 'ask' }>,
  knows: (tool: string, argument: string) => boolean,
): PlannedCall {
  if (intent.type === 'list') return { name: listTool[intent.kind], args: toListArgs(intent.kind, intent.status) }
  if (intent.type === 'create' && intent.parent === null) return toCreateCall(intent, {})
  const kind = intent.type === 'act' ? intent.kind : parentKinds[intent.kind]
  const name = listTool[kind]
  const status = intent.type === 'act' ? toSearchedStatus(intent.action, kind) : 'all'
  const query = toWords(intent.type === 'act' ? intent.title : (intent.parent ?? '')).join(' ')
  return { name, args: { ...toListArgs(kind, status), ...(knows(name, 'query') ? { query } : {}) } }
}

/** Finds the item of an instruction in a search result. */
export function findFor(intent: Create | Act, result: unknown): Found {
  return findItem(result, intent.type === 'act' ? intent.title : (intent.parent ?? ''))
}

/** The deed, once the one item that it is about is known. Null: the search did not find exactly one. */
export function intentToSecondCall(intent: Create | Act, found: Found): PlannedCall | null {
  if (found.type !== 'one') return null
  const { id } = found.item
  if (intent.type === 'act') return toActCall(intent, id)
  return toCreateCall(intent, intent.kind === 'task' ? { milestoneId: id } : { goalId: id })
}

function toListArgs(kind: PlannerKind, status: 'all' | 'pending' | 'completed' | 'overdue'): Record<string, unknown> {
  if (status === 'all') return {}
  if (status === 'overdue') return kind === 'task' ? { overdue: true } : { status: kind === 'goal' ? 'active' : 'pending' }
  return { status: kind === 'goal' && status === 'pending' ? 'active' : status }
}

/** An item to complete is searched among the open ones: of two with the same title, one done, the other is meant. */
function toSearchedStatus(action: ItemAction, kind: PlannerKind): 'all' | 'pending' | 'completed' {
  if (kind === 'goal') return 'all'
  if (action.type === 'complete') return 'pending'
  return action.type === 'reopen' ? 'completed' : 'all'
}

function toCreateCall({ kind, title, date, category }: Create, parent: Record<string, string>): PlannedCall {
  const dated = date === null ? {} : kind === 'task' ? { dueDate: date } : { targetDate: date }
  return { name: createTool[kind], args: { title, ...dated, ...(category === null ? {} : { category }), ...parent } }
}

function toActCall({ kind, action }: Act, id: string): PlannedCall {
  const itself = { [`${kind}Id`]: id }
  const dateName = kind === 'task' ? 'dueDate' : 'targetDate'
  const update = (changes: Record<string, unknown>) => ({ name: `update_${kind}`, args: { ...itself, ...changes } })
  switch (action.type) {
    case 'complete':
      return kind === 'goal' ? update({ status: 'completed' }) : { name: `complete_${kind}`, args: itself }
    case 'reopen':
      return update(kind === 'goal' ? { status: 'active' } : { completed: false })
    case 'abandon':
      return update({ status: 'abandoned' })
    case 'delete':
      return { name: 'delete_task', args: itself }
    case 'rename':
      return update({ title: action.to })
    case 'redate':
      return update({ [dateName]: action.to })
    case 'undate':
      return update({ [dateName]: 'none' })
    default:
      return action satisfies never
  }
}
