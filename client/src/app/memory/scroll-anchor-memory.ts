import type { Id } from '@holdfast/shared'
import { openDeviceStorage } from '../../lib/device-storage.ts'
import { parseJson } from '../../lib/parse-json.ts'
import type { ScrollAnchor } from '../../features/thread/index.ts'

const key = 'holdfast.places'
const mostKept = 200
const storage = openDeviceStorage()

type KeptAnchor = readonly [conversationId: Id, messageId: Id, offset: number, segment?: string]

/** The last reading position of this device in a conversation; null for the end. */
export function readAnchor(conversationId: Id): ScrollAnchor | null {
  const kept = readAll().find(([id]) => id === conversationId)
  if (!kept) return null
  const [, messageId, offset, segment] = kept
  return { messageId, offset, ...(segment === undefined ? {} : { segment }) }
}

/** Null, for the end, is not stored: a conversation opens there by default. */
export function rememberAnchor(conversationId: Id, anchor: ScrollAnchor | null): void {
  const others = readAll().filter(([id]) => id !== conversationId)
  const kept = anchor ? [...others, anchorToKept(conversationId, anchor)] : others
  storage.write(key, JSON.stringify(kept.slice(-mostKept)))
}

function anchorToKept(conversationId: Id, { messageId, offset, segment }: ScrollAnchor): KeptAnchor {
  return segment === undefined ? [conversationId, messageId, offset] : [conversationId, messageId, offset, segment]
}

function readAll(): readonly KeptAnchor[] {
  const kept = parseJson(storage.read(key))
  return Array.isArray(kept) ? kept.filter(isKeptAnchor) : []
}

function isKeptAnchor(kept: unknown): kept is KeptAnchor {
  if (!Array.isArray(kept)) return false
  const [conversationId, messageId, offset, segment] = kept as unknown[]
  return (
    typeof conversationId === 'string' &&
    typeof messageId === 'string' &&
    typeof offset === 'number' &&
    (segment === undefined || typeof segment === 'string')
  )
}
