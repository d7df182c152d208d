import { isActive, pathTo, type ConversationState, type Id, type Message } from '@holdfast/shared'

/** A path as it was read last. */
interface KnownPath {
  readonly leafId: Id | null
  readonly settled: ConversationState['settled']
  readonly messages: readonly Message[]
  /** Where on the path the messages are that still change. */
  readonly runningAt: readonly number[]
}

/**
 * Reads the path to a leaf, as `pathTo`, and remembers the last one: while only running messages change, as they do with each
 * delta, nothing else is looked at, so that a word costs the same in a conversation of ten messages and of ten thousand. A path
 * that stayed the same keeps its identity.
 */
export function createPathReader(): (state: ConversationState, leafId: Id | null) => readonly Message[] {
  let known: KnownPath | null = null
  return (state, leafId) => {
    const messages = known?.leafId === leafId && known.settled === state.settled ? replaceRunning(known, state.running) : null
    if (messages && known) {
      known = { ...known, messages }
      return messages
    }
    const path = pathTo(state, leafId)
    const runningAt = path.flatMap((message, index) => (isActive(message.status) ? [index] : []))
    known = { leafId, settled: state.settled, messages: path, runningAt }
    return path
  }
}

/** Null when the path itself may be another one. */
function replaceRunning(known: KnownPath, running: ConversationState['running']): readonly Message[] | null {
  let next = known.messages
  for (const index of known.runningAt) {
    const before = known.messages[index]
    const now = before && running[before.id]
    if (!before || !now || now.parentId !== before.parentId) return null
    if (now !== before) next = next.with(index, now)
  }
  return next
}
