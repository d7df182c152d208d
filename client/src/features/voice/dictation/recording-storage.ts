import type { Id } from '@holdfast/shared'
import type { DeviceFile, DeviceFiles } from '../../../lib/device-files.ts'
import { pieceSchema, wholeSchema, type Piece, type Whole } from './recording.ts'

export interface StoredRecording {
  readonly id: Id
  readonly whole: Whole
  readonly blob: Blob
}

/** Recordings on this device: each piece is kept as it comes from the microphone, and all of them become one file when it is closed. */
export interface RecordingStorage {
  /** False: it is in memory alone. */
  readonly putPiece: (id: Id, index: number, blob: Blob, piece: Piece) => Promise<boolean>
  /** The ids of a user's recordings in a conversation, oldest first, also of those that another tab makes at the moment. */
  readonly listIds: (ownerId: string, conversationId: Id | null) => Promise<readonly Id[]>
  /** Puts the pieces of a recording together, and gives it; null: it is not there any more. */
  readonly assemble: (id: Id) => Promise<StoredRecording | null>
  readonly put: (recording: StoredRecording) => Promise<boolean>
  readonly remove: (id: Id) => Promise<void>
  /** Removes what nobody has asked for since then, whosever it is. */
  readonly removeOlder: (startedBefore: number) => Promise<void>
}

export function createRecordingStorage(files: DeviceFiles): RecordingStorage {
  const storage: RecordingStorage = {
    // Ids are ordered as text.
    putPiece: (id, index, blob, piece) => files.put({ id: `${id}/${String(index).padStart(7, '0')}`, blob, about: piece }),
    listIds: async (ownerId, conversationId) => {
      const found = (await files.list()).filter((file) => {
        const about = toAbout(file)
        return about?.ownerId === ownerId && about.conversationId === conversationId
      })
      return [...new Set(found.map(toRecordingId))].toSorted()
    },
    assemble: async (id) => {
      const found = (await files.list()).filter((file) => toRecordingId(file) === id)
      const stored = found.find((file) => file.id === id)
      const whole = stored && wholeSchema.safeParse(stored.about)
      if (stored && whole?.success) {
        // A crash came between the two steps below.
        if (found.length > 1) await files.removeAll(`${id}/`)
        return { id, whole: whole.data, blob: stored.blob }
      }
      const pieces = found
        .flatMap((file) => {
          const piece = pieceSchema.safeParse(file.about)
          return piece.success ? [{ id: file.id, blob: file.blob, piece: piece.data }] : []
        })
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      const last = pieces.at(-1)
      if (!last) return null
      const { ownerId, conversationId, startedAt, mediaType, endMs } = last.piece
      const recording: StoredRecording = {
        id,
        whole: { ownerId, conversationId, startedAt, mediaType, durationMs: endMs, text: null, error: null },
        blob: new Blob(
          pieces.map(({ blob }) => blob),
          { type: mediaType },
        ),
      }
      // Where there is no room for both, the pieces are what is kept.
      if (await storage.put(recording)) await files.removeAll(`${id}/`)
      return recording
    },
    put: ({ id, whole, blob }) => files.put({ id, blob, about: whole }),
    remove: async (id) => {
      await files.removeAll(`${id}/`)
      await files.remove(id)
    },
    removeOlder: async (startedBefore) => {
      const old = (await files.list()).filter((file) => (toAbout(file)?.startedAt ?? 0) < startedBefore)
      for (const id of new Set(old.map(toRecordingId))) await storage.remove(id)
    },
  }
  return storage
}

function toRecordingId({ id }: DeviceFile): Id {
  return id.split('/', 1)[0] ?? id
}

function toAbout({ about }: DeviceFile): Piece | Whole | null {
  const whole = wholeSchema.safeParse(about)
  if (whole.success) return whole.data
  const piece = pieceSchema.safeParse(about)
  return piece.success ? piece.data : null
}
