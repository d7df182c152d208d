import { z } from 'zod'

export const maxStoragePeople = 100

/** What is kept, in bytes. Names of people, never of files. */
export const adminStorageGetOutput = z.object({
  /** With its indexes and what was deleted and not overwritten yet. */
  databaseBytes: z.number(),
  files: z.object({
    count: z.number(),
    /** As the limits count them: what is being uploaded as a whole, the same content of two people twice. */
    bytes: z.number(),
    /** The largest first; at most 100 people who have files. */
    people: z.array(
      z.object({ userId: z.string(), name: z.string(), isGuest: z.boolean(), count: z.number(), bytes: z.number() }),
    ),
  }),
  /** Left on the disk where this node keeps its data. Null: nothing of it is on a disk of this node. */
  freeBytes: z.number().nullable(),
})
export type AdminStorage = z.infer<typeof adminStorageGetOutput>
