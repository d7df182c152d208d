import { z } from 'zod'
import { opaqueCursor, nextCursor } from '../fields.ts'
import { fileSchema, fileVariantSchema } from '../file.ts'
import { uuidSchema } from '../ids.ts'

const fileId = uuidSchema

export const filesGetInput = z.strictObject({ fileId })

export const filesListInput = z.strictObject({
  cursor: opaqueCursor,
  limit: z.number().int().min(1).max(100).default(30),
})
export const filesListOutput = z.object({ items: z.array(fileSchema), nextCursor })

export const filesUsesInput = z.strictObject({
  fileId,
  cursor: opaqueCursor,
  limit: z.number().int().min(1).max(100).default(30),
})

/** A conversation with a message that shows the file. */
export const fileUseSchema = z.object({
  conversationId: z.string(),
  title: z.string(),
  /** The newest message of the conversation that shows it, on any branch. */
  messageId: z.string(),
})
export type FileUse = z.infer<typeof fileUseSchema>
export const filesUsesOutput = z.object({ items: z.array(fileUseSchema), nextCursor })

export const filesDeleteInput = z.strictObject({ fileId })
export const filesDeleteOutput = z.object({ fileId: z.string() })

export const filesUrlInput = z.strictObject({ fileId, variant: fileVariantSchema.default('original') })
export const filesUrlOutput = z.object({
  /** A path on this server that needs no token until it expires, for `<img>` and downloads. */
  url: z.string(),
  expiresAt: z.string(),
})
