import type { Id } from '@holdfast/shared'
import type { Place } from '../features/thread/index.ts'

const key = 'holdfast.places'
const mostKept = 200

type KeptPlace = readonly [conversationId: Id, messageId: Id, offset: number]

/** Where this device has last read in a conversation; null for its end. */
export function readPlace(conversationId: Id): Place | null {
  const kept = readAll().find(([id]) => id === conversationId)
  return kept ? { messageId: kept[1], offset: kept[2] } : null
}

/** The end needs no remembering: it is where everybody begins. */
export function rememberPlace(conversationId: Id, place: Place | null): void {
  const others = readAll().filter(([id]) => id !== conversationId)
  const kept: KeptPlace[] = place ? [...others, [conversationId, place.messageId, place.offset]] : others
  try {
    localStorage.setItem(key, JSON.stringify(kept.slice(-mostKept)))
  } catch {
    // Storage is forbidden or full: the conversation opens at its end.
  }
}

function readAll(): readonly KeptPlace[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isKeptPlace) : []
  } catch {
    return []
  }
}

function isKeptPlace(kept: unknown): kept is KeptPlace {
  return Array.isArray(kept) && typeof kept[0] === 'string' && typeof kept[1] === 'string' && typeof kept[2] === 'number'
}
