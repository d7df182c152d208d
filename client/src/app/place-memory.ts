import type { Id } from '@holdfast/shared'
import type { Place } from '../features/thread/index.ts'

const key = 'holdfast.places'
const mostKept = 200

type KeptPlace = readonly [conversationId: Id, messageId: Id, offset: number, piece?: string]

/** Where this device has last read in a conversation; null for its end. */
export function readPlace(conversationId: Id): Place | null {
  const kept = readAll().find(([id]) => id === conversationId)
  if (!kept) return null
  const [, messageId, offset, piece] = kept
  return { messageId, offset, ...(piece === undefined ? {} : { piece }) }
}

/** The end needs no remembering: it is where everybody begins. */
export function rememberPlace(conversationId: Id, place: Place | null): void {
  const others = readAll().filter(([id]) => id !== conversationId)
  const kept = place ? [...others, placeToKept(conversationId, place)] : others
  try {
    localStorage.setItem(key, JSON.stringify(kept.slice(-mostKept)))
  } catch {
    // Storage is forbidden or full: the conversation opens at its end.
  }
}

function placeToKept(conversationId: Id, { messageId, offset, piece }: Place): KeptPlace {
  return piece === undefined ? [conversationId, messageId, offset] : [conversationId, messageId, offset, piece]
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
  if (!Array.isArray(kept)) return false
  const [conversationId, messageId, offset, piece] = kept as unknown[]
  return (
    typeof conversationId === 'string' &&
    typeof messageId === 'string' &&
    typeof offset === 'number' &&
    (piece === undefined || typeof piece === 'string')
  )
}
