import { z } from 'zod'

/** Files that one message may have. */
export const maxFilesPerMessage = 20
/** The length limit of a file's name, in code points. Longer names are cut before their extension. */
export const maxFileNameLength = 200

/** `uploading`: more bytes or the examination are still to come. `ready`: can be sent and opened. `refused`: `error` says why. */
export const fileStates = ['uploading', 'ready', 'refused'] as const
export const fileStateSchema = z.enum(fileStates)
export type FileState = z.infer<typeof fileStateSchema>

/** The forms in which a file can be opened: as it is kept, as a small WebP picture, and the text that was extracted from it. */
export const fileVariants = ['original', 'thumbnail', 'text'] as const
export const fileVariantSchema = z.enum(fileVariants)
export type FileVariant = z.infer<typeof fileVariantSchema>

/** The kinds of content that a model may take. */
export const inputKinds = ['text', 'image', 'audio', 'pdf'] as const
export const inputKindSchema = z.enum(inputKinds)
export type InputKind = z.infer<typeof inputKindSchema>

export const fileSchema = z.object({
  id: z.string(),
  /** Without folders, control characters and direction marks; at most 200 characters. */
  name: z.string(),
  /** By content once the file is `ready`; before that, as the client named it. */
  mediaType: z.string(),
  bytes: z.number().int().nonnegative(),
  /** Of the bytes that are kept, in hexadecimal. Null until the file is `ready`. */
  sha256: z.string().nullable(),
  state: fileStateSchema,
  /** Of a picture, in pixels, as it is shown. */
  width: z.number().int().positive().optional(),
  height: z.number().int().positive().optional(),
  pages: z.number().int().positive().optional(),
  durationMs: z.number().int().nonnegative().optional(),
  /** The length of the text that was extracted, in code points. Absent when there is none. */
  textCharacters: z.number().int().positive().optional(),
  /** Why the file was refused, as a sentence. */
  error: z.string().optional(),
  createdAt: z.string(),
})
export type FileInfo = z.infer<typeof fileSchema>

/** The formats in which pictures are kept. An SVG is text. */
const pictureTypes: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif'])

/** The kind of content by media type; null for what no model takes as it is. */
export function mediaTypeToInputKind(mediaType: string): Exclude<InputKind, 'text'> | null {
  if (pictureTypes.has(mediaType)) return 'image'
  if (mediaType.startsWith('audio/')) return 'audio'
  return mediaType === 'application/pdf' ? 'pdf' : null
}
