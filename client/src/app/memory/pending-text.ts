import * as z from 'zod/mini'

const pendingTextSchema = z.object({
  content: z.string(),
  files: z.optional(z.array(z.object({ fileId: z.string(), name: z.string() }))),
})

/** A text, and files, that a navigation carries into the composer of the next page, in the state of the history entry. */
export type PendingText = z.infer<typeof pendingTextSchema>

export function readPendingText(): PendingText | null {
  const carried = pendingTextSchema.safeParse(history.state)
  return carried.success ? carried.data : null
}

/** Must be called when the text was inserted: a reload must not insert it a second time. */
export function forgetPendingText(): void {
  if (readPendingText()) history.replaceState(null, '')
}
