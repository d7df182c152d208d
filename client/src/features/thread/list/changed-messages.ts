import type { Message } from '@holdfast/shared'

/**
 * What is in `now` and was not, as this very value, at the same distance from the beginning or the end of `before`. Messages that
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
