import type { Id } from '@holdfast/shared'
import type { CallerRequest } from '../../generation/store/caller-request.ts'

/** A file of a message: its content, or the id of one that was uploaded before. */
export type CallerFile =
  | { readonly base64: string; readonly name: string; readonly kind: 'picture' | 'any' }
  | { readonly fileId: Id }

/** A message as a program sends it, of either API. */
export type CallerMessage =
  | { readonly role: 'user'; readonly text: string; readonly files: readonly CallerFile[] }
  | {
      readonly role: 'assistant'
      readonly text: string
      readonly toolCalls: readonly { readonly callId: string; readonly name: string; readonly args: string }[]
    }
  | { readonly role: 'tool'; readonly callId: string; readonly text: string }

/** A request to `/v1/chat/completions` or `/v1/responses`. */
export interface CallerInput {
  readonly kind: 'chat' | 'responses'
  /** Undefined: the conversation's, or the default one. */
  readonly model: string | undefined
  readonly caller: CallerRequest
  readonly messages: readonly CallerMessage[]
  readonly metadata: Readonly<Record<string, string>>
  readonly stream: boolean
  /** Chat: the usage comes with the last chunk. */
  readonly includesUsage: boolean
  /** It goes on when the program hangs up. */
  readonly background: boolean
  readonly store: boolean
  /** Responses: the response that this one follows. */
  readonly previousResponseId: Id | null
  /** The conversation to go on with. */
  readonly conversationId: Id | null
}
