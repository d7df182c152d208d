import type { FileInfo, Id } from '@holdfast/shared'
import type { OutboxFile } from '../../sdk/outbox/outbox-item.ts'
import type { UploadItem, UploadState } from '../../sdk/uploads/upload-item.ts'
import type { WrittenFile } from './pasted-text.ts'

/** A file of the message that is being written, as its chip shows it. */
export interface Attachment {
  readonly fileId: Id
  readonly name: string
  /** Empty until it is known. */
  readonly mediaType: string
  /** Null until it is known. */
  readonly bytes: number | null
  /** `elsewhere`: another device is sending it. `missing`: nobody has it any more. */
  readonly state: UploadState | 'elsewhere' | 'missing'
  /** From 0 to 1. */
  readonly progress: number
  readonly error: string | null
  /** Its bytes are in memory alone. */
  readonly isAtRisk: boolean
}

/** What is known of a file that this device does not send: nothing yet, what the server says, or that the server has none. */
export type Known = FileInfo | 'missing' | null

export function toAttachment({ fileId, name }: WrittenFile, upload: UploadItem | undefined, known: Known): Attachment {
  if (upload) {
    const { state, sentBytes, bytes, error, isKept } = upload
    return {
      fileId,
      name: upload.name,
      mediaType: upload.mediaType,
      bytes,
      state,
      progress: bytes === 0 ? 1 : sentBytes / bytes,
      error,
      isAtRisk: !isKept && (state === 'waiting' || state === 'uploading'),
    }
  }
  const nothing = { fileId, name, mediaType: '', bytes: null, progress: 0, error: null, isAtRisk: false }
  if (known === null) return { ...nothing, state: 'waiting' }
  if (known === 'missing') return { ...nothing, state: 'missing' }
  const { mediaType, bytes, state, error = null } = known
  return { ...nothing, name: known.name, mediaType, bytes, state: state === 'uploading' ? 'elsewhere' : state, error }
}

/** A message with such a file would be refused. */
export function isUseless({ state }: Attachment): boolean {
  return state === 'refused' || state === 'missing'
}

/** What a message that is sent says of the file until the server does. */
export function attachmentToFile({ fileId, name, mediaType, bytes }: Attachment): OutboxFile {
  return { fileId, name, mediaType, bytes: bytes ?? 0 }
}

/** The kinds of content, other than text, that not every model takes. */
export function attachmentsToKinds(attachments: readonly Attachment[]): ReadonlySet<'image' | 'audio'> {
  return new Set(
    attachments.flatMap(({ mediaType }) => {
      if (mediaType.startsWith('audio/')) return ['audio' as const]
      // Any picture is kept in a format that models take. An SVG is text.
      return mediaType.startsWith('image/') && mediaType !== 'image/svg+xml' ? ['image' as const] : []
    }),
  )
}
