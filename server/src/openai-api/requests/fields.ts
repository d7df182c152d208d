import { maxModelLength, uuidSchema } from '@holdfast/shared'
import { z } from 'zod'

export const modelSchema = z.string().min(1).max(maxModelLength).optional()

/** Sixteen pairs, as OpenAI allows. */
export const metadataSchema = z
  .record(z.string().max(64), z.string().max(512))
  .refine((value) => Object.keys(value).length <= 16, 'must have at most 16 keys')
  .nullish()

/** Undefined and empty: none is named. */
export const conversationIdSchema = z
  .union([uuidSchema, z.literal('')], 'must be the id of a conversation')
  .optional()
  .transform((id) => (id === undefined || id === '' ? null : id))
