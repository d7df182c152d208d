import type { Id } from '@holdfast/shared'
import * as z from 'zod/mini'
import { createDeviceValue } from '../device-value.ts'

const newConversationSchema = z.object({
  /** Who has set it. */
  userId: z.nullable(z.string()),
  model: z.nullable(z.string()),
  instructions: z.string(),
})

/** What is set for the conversation that does not exist yet. It waits on the device for the first message, also over a reload. */
export type NewConversation = Pick<z.infer<typeof newConversationSchema>, 'model' | 'instructions'>

const nothing: z.infer<typeof newConversationSchema> = { userId: null, model: null, instructions: '' }

export const newConversation = createDeviceValue('holdfast.new-conversation', {
  parse: (text) => {
    try {
      const parsed = newConversationSchema.safeParse(JSON.parse(text ?? 'null'))
      return parsed.success ? parsed.data : nothing
    } catch {
      return nothing
    }
  },
  print: ({ userId, model, instructions }) =>
    model === null && instructions === '' ? null : JSON.stringify({ userId, model, instructions }),
})

/** What this user has set; what somebody else has set on the device before is theirs. */
export function settingsOf(kept: ReturnType<typeof newConversation.get>, userId: Id | null): NewConversation {
  return kept.userId === userId ? kept : nothing
}

export function changeNewConversation(userId: Id | null, change: Partial<NewConversation>): void {
  const { model, instructions } = { ...settingsOf(newConversation.get(), userId), ...change }
  newConversation.set({ userId, model, instructions })
}

/** It exists now. */
export function forgetNewConversation(): void {
  newConversation.set(nothing)
}
