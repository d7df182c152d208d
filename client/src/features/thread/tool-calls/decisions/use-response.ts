import { useState } from 'react'
import { v7 as uuidv7 } from 'uuid'
import type { Id } from '@holdfast/shared'
import { useText } from '../../../../i18n/use-text.ts'
import { trpc } from '../../../../react/trpc-react.ts'
import { errorToSentence } from '../../../../react/error-to-sentence.ts'

export type Response =
  | { readonly type: 'approve'; readonly args: Readonly<Record<string, unknown>> }
  | { readonly type: 'deny'; readonly reason: string }
  | { readonly type: 'outcome'; readonly outcome: 'done' | 'not-done' | 'run-again' }
  /** Null: the person does not answer the question. */
  | { readonly type: 'answer'; readonly content: Readonly<Record<string, unknown>> | null }

/**
 * Sends what a person says about a tool call. `isBusy` from the first response on, until one is refused: the log shows what became of it,
 * and the card goes.
 */
export function useResponse(messageId: Id, callId: string) {
  const text = useText()
  const decide = trpc.toolCalls.decide.useMutation()
  const answer = trpc.toolCalls.answer.useMutation()
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const send = (response: Response) => {
    const ids = { requestId: uuidv7(), messageId, callId }
    setBusy(true)
    setProblem(null)
    const sent =
      response.type === 'answer'
        ? answer.mutateAsync({ ...ids, ...toAnswer(response) })
        : decide.mutateAsync({ ...ids, ...toDecision(response) })
    sent.catch((error: unknown) => {
      setBusy(false)
      setProblem(errorToSentence(error, text))
    })
  }
  return { isBusy, problem, send }
}

function toAnswer({ content }: Extract<Response, { type: 'answer' }>) {
  return content === null ? { decline: true as const } : { content: { ...content } as Record<string, NonNullable<unknown>> }
}

function toDecision(response: Exclude<Response, { type: 'answer' }>) {
  switch (response.type) {
    case 'approve':
      return { approve: true, args: { ...response.args } as Record<string, NonNullable<unknown>> }
    case 'deny':
      return { approve: false, reason: response.reason }
    case 'outcome':
      return { outcome: response.outcome }
  }
}
