import type { ModelItem } from './models-to-picker-items.ts'

/** A model that takes all of these kinds, of the same provider if it has one; undefined if none does. */
export function findOtherModel(
  items: readonly ModelItem[],
  current: ModelItem,
  kinds: ReadonlySet<'image' | 'audio'>,
): ModelItem | undefined {
  const able = items.filter(({ input }) => [...kinds].every((kind) => input.includes(kind)))
  return able.find(({ group }) => group === current.group) ?? able[0]
}
