import { randomUUID } from 'node:crypto'
import type { MessageStatus, SendInput } from '@holdfast/shared'
import type { TestUser } from '../testing/create-test-app.ts'

export interface Sent {
  readonly conversationId: string
  readonly userMessageId: string
  readonly assistantMessageId: string
}

export interface Answered extends Sent {
  readonly status: MessageStatus
  readonly response: string
}

type More = Partial<Omit<SendInput, 'content'>>

/** Sends as a page does and gives the ids. */
export function send(user: Pick<TestUser, 'client'>, content: string, more: More = {}): Promise<Sent> {
  return user.client.messages.send.mutate({ requestId: randomUUID(), content, ...more })
}

/** Sends and waits for the end of the answer. */
export async function ask(user: Pick<TestUser, 'client'>, content: string, more: More = {}): Promise<Answered> {
  const input = { requestId: randomUUID(), content, ...more }
  const sent = await user.client.messages.send.mutate(input)
  const { status, response } = await user.client.messages.complete.mutate(input)
  return { ...sent, status, response }
}
