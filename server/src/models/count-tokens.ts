import type { ModelMessage } from './model.ts'

/** About how many tokens a text has. */
export async function countTokens(text: string): Promise<number> {
  return Math.ceil(text.length / 4)
}

/** About how many tokens a request has. */
export async function countMessageTokens(messages: readonly ModelMessage[]): Promise<number> {
  return countTokens(messages.map((message) => message.content).join('\n'))
}
