import type { Id } from '@holdfast/shared'
import * as z from 'zod/mini'
import { createDeviceValue } from '../../lib/device-value.ts'
import { storedParametersSchema } from '../../sdk/outbox/stored-parameters.ts'
import { parseJson } from '../../lib/parse-json.ts'

const newConversationSchema = z.object({
  /** The user who has set it. */
  userId: z.nullable(z.string()),
  model: z.nullable(z.string()),
  instructions: z.string(),
  /** Absent in what older versions have kept. */
  parameters: z._default(storedParametersSchema, {}),
})

/** The options of the conversation that does not exist yet, kept on the device until its first message. */
export type NewConversationOptions = Pick<z.infer<typeof newConversationSchema>, 'model' | 'instructions' | 'parameters'>

const nothing: z.infer<typeof newConversationSchema> = { userId: null, model: null, instructions: '', parameters: {} }

export const newConversation = createDeviceValue('holdfast.new-conversation', {
  parse: (text) => {
    const parsed = newConversationSchema.safeParse(parseJson(text))
    return parsed.success ? parsed.data : nothing
  },
  print: ({ userId, model, instructions, parameters }) =>
    model === null && instructions === '' && Object.keys(parameters).length === 0
      ? null
      : JSON.stringify({ userId, model, instructions, parameters }),
})

/** The options that this user has set; those that another user has set on this device do not apply. */
export function settingsOf(kept: ReturnType<typeof newConversation.get>, userId: Id | null): NewConversationOptions {
  return kept.userId === userId ? kept : nothing
}

export function changeNewConversation(userId: Id | null, change: Partial<NewConversationOptions>): void {
  const { model, instructions, parameters } = { ...settingsOf(newConversation.get(), userId), ...change }
  newConversation.set({ userId, model, instructions, parameters })
}

/** Must be called when the conversation exists. */
export function forgetNewConversation(): void {
  newConversation.set(nothing)
}
