import type { Message } from '@holdfast/shared'

/**
 * Whether a visible conversation has only grown at its end, so that the messages there are news. False when the conversation was
 * opened, when earlier messages were loaded, or when another branch was chosen.
 */
export function hasGrown(before: readonly Message[], now: readonly Message[]): boolean {
  let same = 0
  while (same < before.length && before[same]?.id === now[same]?.id) same += 1
  // A question that was on its way has another id once it has arrived.
  return before.length > 0 && before.slice(same).every(({ role }) => role === 'user')
}
