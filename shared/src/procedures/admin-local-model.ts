import { z } from 'zod'

export const localModelStates = ['none', 'installing', 'starting', 'running', 'failed'] as const

/** The small open model that the server fetches and runs beside itself. */
export const localModelSchema = z.object({
  /** Why there cannot be one here; null when there can. */
  unsupported: z.string().nullable(),
  offered: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      about: z.string(),
      bytes: z.number().int(),
      /** As SPDX names it. */
      licence: z.string(),
      /** Of the file, in hexadecimal. */
      sha256: z.string(),
    }),
  ),
  /** The name of the one that is there. */
  installed: z.string().nullable(),
  state: z.enum(localModelStates),
  /** Of the installation that goes on. */
  progress: z
    .object({
      name: z.string(),
      /** `runtime`: the program that runs models. `check`: the file is compared with its hash. */
      step: z.enum(['runtime', 'download', 'check']),
      doneBytes: z.number().int(),
      totalBytes: z.number().int().nullable(),
    })
    .nullable(),
  /** Why the last installation, or the start of the model, failed. */
  problem: z.string().nullable(),
})
export type LocalModelState = z.infer<typeof localModelSchema>

export const localModelInstallInput = z.strictObject({ name: z.string().min(1).max(100) })
