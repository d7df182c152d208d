import type { PlannerKind } from './intent.ts'

/** An item as the lists of the tools give it. */
export interface ListedItem {
  readonly id: string
  readonly title: string
  /** The status of goals; of the others whether they are completed. */
  readonly done: boolean
  readonly date: string | null
}

/** The result of a search for a title: one item, none, several, or a result that could not be searched. */
export type Found =
  | { readonly type: 'one'; readonly item: ListedItem }
  | { readonly type: 'none' }
  | { readonly type: 'several'; readonly items: readonly ListedItem[] }
  | { readonly type: 'unreadable' }

/** The items of a tool's result; null when it is no list, or was cut off. */
export function readItems(result: unknown): ListedItem[] | null {
  if (!Array.isArray(result)) return null
  return result.flatMap((entry: unknown) => {
    const { id, title, completed, status, dueDate, targetDate } = (entry ?? {}) as Record<string, unknown>
    if (typeof id !== 'string' || typeof title !== 'string') return []
    const date = dueDate ?? targetDate
    return [{ id, title, done: completed === true || status === 'completed', date: typeof date === 'string' ? date : null }]
  })
}

/** The one item with this title, or the only one whose title has all of its words. */
export function findItem(result: unknown, title: string): Found {
  const items = readItems(result)
  if (!items) return { type: 'unreadable' }
  const wanted = toWords(title)
  const equal = items.filter((item) => toWords(item.title).join(' ') === wanted.join(' '))
  const similar = equal.length > 0 ? equal : items.filter((item) => hasWords(item.title, wanted))
  const [item] = similar
  if (!item) return { type: 'none' }
  return similar.length === 1 ? { type: 'one', item } : { type: 'several', items: similar }
}

function hasWords(title: string, wanted: readonly string[]): boolean {
  const words = new Set(toWords(title))
  return wanted.length > 0 && wanted.every((word) => words.has(word))
}

/** Whether a title has these words in some form: a user who asks for "cleaning the garage" may have written "clean the garage". */
export function isLike(title: string, query: string): boolean {
  const words = toWords(title)
  const wanted = toWords(query)
  const isForm = (a: string, b: string) => a === b || toStem(a) === toStem(b)
  return wanted.length > 0 && wanted.every((word) => words.some((other) => isForm(word, other)))
}

function toStem(word: string): string {
  const stem = word
    .replace(/(?:ings?|ed|es|s)$/u, '')
    .replace(/([^aeiou])\1$/u, '$1')
    .replace(/(?:e|y|i)$/u, '')
  return stem.length < 3 ? word : stem
}

const small = new Set(['a', 'an', 'the', 'to', 'of', 'my', 'for'])

/** The words that tell titles apart, in small letters. All of them when there are only small ones. */
export function toWords(title: string): string[] {
  const words = title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const telling = words.filter((word) => !small.has(word))
  return telling.length > 0 ? telling : words
}

export const listTool: Readonly<Record<PlannerKind, string>> = {
  task: 'list_tasks',
  milestone: 'list_milestones',
  goal: 'list_goals',
}
