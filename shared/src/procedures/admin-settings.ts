import { z } from 'zod'
import { serverSettingsSchema } from '../server-settings.ts'

export const adminSettingsOutput = z.object({
  settings: serverSettingsSchema,
  /** Members that the environment of the server decides: they cannot be changed here. */
  fixed: z.array(serverSettingsSchema.keyof()),
})
export type AdminSettings = z.infer<typeof adminSettingsOutput>

export const adminSettingsUpdateInput = z.strictObject(serverSettingsSchema.partial().shape)
export type AdminSettingsChanges = z.output<typeof adminSettingsUpdateInput>
