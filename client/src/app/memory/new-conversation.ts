import type { Id } from '@holdfast/shared'
import * as z from 'zod/mini'
import { createDeviceValue } from '../../lib/device-value.ts'
import { parseJson } from '../../lib/parse-json.ts'

const newConversationSchema = z.object({
  /** The user who has set it. */
  userId: z.nullable(z.string()),
  model: z.nullable(z.string()),
  instructions: z.string(),
})

/** The options of the conversation that does not exist yet, kept on the device until its first message. */
export type NewConversationOptions = Pick<z.infer<typeof newConversationSchema>, 'model' | 'instructions'>

const nothing: z.infer<typeof newConversationSchema> = { userId: null, model: null, instructions: '' }

export const newConversation = createDeviceValue('holdfast.new-conversation', {
  parse: (text) => {
    const parsed = newConversationSchema.safeParse(parseJson(text))
    return parsed.success ? parsed.data : nothing
  },
  print: ({ userId, model, instructions }) =>
    model === null && instructions === '' ? null : JSON.stringify({ userId, model, instructions }),
})

/** The options that this user has set; those that another user has set on this device do not apply. */
export function settingsOf(kept: ReturnType<typeof newConversation.get>, userId: Id | null): NewConversationOptions {
  return kept.userId === userId ? kept : nothing
}

export function changeNewConversation(userId: Id | null, change: Partial<NewConversationOptions>): void {
  const { model, instructions } = { ...settingsOf(newConversation.get(), userId), ...change }
  newConversation.set({ userId, model, instructions })
}

/** Must be called when the conversation exists. */
export function forgetNewConversation(): void {
  newConversation.set(nothing)
}
