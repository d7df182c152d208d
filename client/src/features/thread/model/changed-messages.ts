import type { Message } from '@holdfast/shared'

/**
 * The messages in `now` that are not the same object at the same distance from the start or the end of `before`. Messages that
 * did not change keep their identity, so a long conversation costs one comparison for each.
 */
export function changedMessages(before: readonly Message[], now: readonly Message[]): readonly Message[] {
  if (before === now) return []
  let start = 0
  while (start < now.length && now[start] === before[start]) start += 1
  let end = 0
  while (end < now.length - start && now[now.length - 1 - end] === before[before.length - 1 - end]) end += 1
  return now.slice(start, now.length - end)
}
