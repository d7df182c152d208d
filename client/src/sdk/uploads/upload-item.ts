import type { FileInfo, Id } from '@holdfast/shared'
import * as z from 'zod/mini'

/**
 * - `waiting`: for its turn, or for the connection. It goes on by itself.
 * - `uploading`: bytes are on their way.
 * - `examining`: the server has all bytes and looks at them.
 * - `ready`: it can be sent and opened.
 * - `refused`: the server does not take it; `error` says why.
 */
export type UploadState = 'waiting' | 'uploading' | 'examining' | 'ready' | 'refused'

/** `import`: an export of another program, which may be larger than other files and is not examined. */
export const uploadPurposeSchema = z.literal('import')
export type UploadPurpose = z.infer<typeof uploadPurposeSchema>

export interface UploadItem {
  readonly fileId: Id
  readonly name: string
  readonly mediaType: string
  readonly bytes: number
  readonly state: UploadState
  readonly sentBytes: number
  readonly purpose?: UploadPurpose
  /** False: the bytes are in memory alone, because the browser forbids storage or has no room. Closing the page loses them. */
  readonly isKept: boolean
  /** Why it was refused. */
  readonly error: string | null
  /** What the server says of it. */
  readonly file: FileInfo | null
}

/** A file as its bytes are kept on the device. */
export const keptUploadSchema = z.object({
  ownerId: z.string(),
  name: z.string(),
  mediaType: z.string(),
  purpose: z.optional(uploadPurposeSchema),
  createdAt: z.string(),
})
export type KeptUpload = z.infer<typeof keptUploadSchema>

export function isPending({ state }: UploadItem): boolean {
  return state === 'waiting' || state === 'uploading' || state === 'examining'
}
