import type { ConversationEvent, Message, MessageError } from '@holdfast/shared'
import type { FinishReason } from '../../models/model.ts'
import type { Ending } from './end-generation.ts'

export interface Outcome extends Pick<Ending, 'status' | 'error'> {
  /** The steps of the generation so far. */
  readonly steps?: number
}

interface ConcludedRun {
  readonly message: () => Message
  readonly emit: (event: ConversationEvent) => Promise<void>
}

interface AnswerEnd {
  readonly finishReason: FinishReason
  readonly toolCalls: readonly unknown[]
  readonly outputTokens: number | null
}

/** The outcome of an answer after its last model call. The reader is notified of anything left out, and of the reason for the stop. */
export async function concludeAnswer(
  run: ConcludedRun,
  result: AnswerEnd,
  { step, lastStep }: { readonly step: number; readonly lastStep: number },
): Promise<Outcome> {
  const { finishReason, toolCalls, outputTokens } = result
  if (finishReason === 'content-filter') return { status: 'error', error: contentFiltered }
  const { id: messageId, parts, notes = [] } = run.message()
  const hasLostPictures = notes.some(({ kind }) => kind === 'pictures-not-kept')
  // Blank by white space alone: any other character, even one that shows nothing, is what the model said.
  const isBlank = parts.every(
    (part) => part.type === 'reasoning' || part.type === 'remark' || (part.type === 'text' && part.text.trim() === ''),
  )
  const isUnanswered = isBlank && !hasLostPictures
  if (finishReason === 'length') {
    if (isUnanswered) return { status: 'error', error: cutBeforeAnswer }
    await run.emit({ type: 'generation-note', messageId, note: { kind: 'cut-at-limit', outputTokens } })
  } else if (isUnanswered) {
    return { status: 'error', error: parts.length === 0 ? noAnswer : onlyThoughts }
  }
  // Without tools the model may have had to leave things undone, whatever it says.
  if (step >= lastStep && (toolCalls.length > 0 || parts.some(({ type }) => type === 'tool-call'))) {
    await run.emit({ type: 'generation-note', messageId, note: { kind: 'stopped-after-steps', steps: lastStep + 1 } })
  }
  return { status: 'completed', steps: step + 1 }
}

const cutBeforeAnswer: MessageError = {
  code: 'cut-before-answer',
  message: 'The model reached its limit of tokens before it answered. Try again, or use another model.',
}

const onlyThoughts: MessageError = {
  code: 'only-thoughts',
  message: 'The model has thought, but gave no answer. Try again, or use another model.',
}

const noAnswer: MessageError = {
  code: 'provider-empty',
  message: 'The model gave no answer. Try again, or use another model.',
}

const contentFiltered: MessageError = {
  code: 'content-filter',
  message: "The provider's content filter stopped this answer. Ask in other words.",
}
