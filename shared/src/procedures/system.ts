import { z } from 'zod'
import { userRoleSchema } from '../user.ts'

export const systemInfoOutput = z.object({
  name: z.literal('holdfast'),
  version: z.string(),
  /** Changes with the shapes of the API: a page that was built for another value offers to reload. */
  contract: z.string(),
  database: z.enum(['pglite', 'postgres']),
  /** `host` is empty for a guest of a server that others than its machine reach. */
  model: z.object({ id: z.string(), provider: z.string(), host: z.string(), demo: z.boolean() }),
  limits: z.object({
    messagesPerMinute: z.number().nullable(),
    contentLength: z.number(),
    fileBytes: z.number(),
    importBytes: z.number(),
  }),
  /** What `/api/voice` does; null: it is not configured. The first model is the default. */
  voice: z.object({
    transcription: z.object({ models: z.array(z.string()), maxBytes: z.number() }).nullable(),
    speech: z.object({ maxCharacters: z.number() }).nullable(),
  }),
  user: z.object({ id: z.string(), name: z.string(), email: z.string().nullable(), role: userRoleSchema, isGuest: z.boolean() }),
})
export type SystemInfo = z.infer<typeof systemInfoOutput>
