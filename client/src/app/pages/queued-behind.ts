import type { Id, Message } from '@holdfast/shared'

/** The questions on a path that wait for this answer to end, in their order: what a stop takes away with it. */
export function queuedBehind(path: readonly Message[], answerId: Id): Message[] {
  const index = path.findIndex(({ id }) => id === answerId)
  const behind = index < 0 ? [] : path.slice(index + 1)
  const waiting = new Set(
    behind.filter(({ role, status }) => role === 'assistant' && status === 'queued').map(({ parentId }) => parentId),
  )
  return behind.filter(({ id, role }) => role === 'user' && waiting.has(id))
}
