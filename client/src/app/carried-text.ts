import * as z from 'zod/mini'

const carriedTextSchema = z.object({ content: z.string() })

/** A text that goes along to another page, to be written on there: the state of that step in the history. */
export type CarriedText = z.infer<typeof carriedTextSchema>

export function readCarriedText(): CarriedText | null {
  const carried = carriedTextSchema.safeParse(history.state)
  return carried.success ? carried.data : null
}

/** It was taken: a reload must not bring it a second time. */
export function forgetCarriedText(): void {
  if (readCarriedText()) history.replaceState(null, '')
}
