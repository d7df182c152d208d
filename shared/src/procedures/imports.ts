import { z } from 'zod'
import { nextCursor, opaqueCursor } from '../fields.ts'
import { uuidSchema } from '../ids.ts'

/** The programs whose exports can be imported; a file's is recognised by its content. */
export const importSources = ['holdfast', 'chatgpt', 'claude', 'open-webui', 'librechat', 'lobechat'] as const
export const importSourceSchema = z.enum(importSources)
export type ImportSource = z.infer<typeof importSourceSchema>

export const importStates = ['queued', 'running', 'done', 'failed', 'cancelled'] as const
export const importStateSchema = z.enum(importStates)
export type ImportState = z.infer<typeof importStateSchema>

const count = z.number().int().nonnegative()

export const importSchema = z.object({
  id: z.string(),
  fileId: z.string(),
  fileName: z.string(),
  source: importSourceSchema,
  state: importStateSchema,
  /** Conversations that are new, or that got new messages. */
  conversations: count,
  /** Messages that were added. */
  messages: count,
  /** Conversations that had nothing new, or that could not be imported: `problems` names the latter. */
  skipped: count,
  /** Goals, milestones and tasks that were added. */
  plannerItems: count,
  /** Conversations in the file; absent while they are not counted, and where they cannot be. */
  total: count.optional(),
  /** What has no place here or could not be read, at most 1,000; the last one says how many more there are. */
  problems: z.array(z.object({ what: z.string(), why: z.string() })),
  createdAt: z.string(),
  endedAt: z.string().nullable(),
})
export type Import = z.infer<typeof importSchema>

export const importsStartInput = z.strictObject({
  fileId: uuidSchema,
  /** A repeat with the same id gives the same import. */
  importId: uuidSchema.optional(),
})
export const importsGetInput = z.strictObject({ importId: uuidSchema })
export const importsListInput = z.strictObject({ cursor: opaqueCursor, limit: z.number().int().min(1).max(50).default(20) })
export const importsListOutput = z.object({ items: z.array(importSchema), nextCursor })
export const importsCancelInput = z.strictObject({ importId: uuidSchema })
