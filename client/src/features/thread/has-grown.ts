import type { Message } from '@holdfast/shared'

/**
 * Whether a conversation that was in sight has only become longer at its end: what is new there has just been said. Not so when it was
 * opened, when earlier messages were loaded, or when another branch was chosen.
 */
export function hasGrown(before: readonly Message[], now: readonly Message[]): boolean {
  let same = 0
  while (same < before.length && before[same]?.id === now[same]?.id) same += 1
  // A question that was on its way has another id once it has arrived.
  return before.length > 0 && before.slice(same).every(({ role }) => role === 'user')
}
