import type { ConversationEvent, GenerationNote, Message } from '@holdfast/shared'
import { assumedContextWindow } from '../../models/context-budget.ts'
import type { History } from '../prompt/build-request.ts'
import type { FittedPrompt } from '../prompt/fit-prompt.ts'

interface NotedStep {
  readonly history: History
  readonly message: () => Message
  readonly emit: (event: ConversationEvent) => Promise<void>
}

/** Notes what the model does not see. A note that an earlier answer of this conversation has already is not repeated. */
export async function noteLeftOut(step: NotedStep, prompt: FittedPrompt): Promise<void> {
  const { cutFiles, unseenFiles } = prompt
  const { leftOutTurns, contextWindow, cutResults } = prompt
  const { messages, omittedTurns, isTooLong } = step.history
  const count = leftOutTurns + omittedTurns
  if (count > 0) {
    const reason = {
      contextWindow,
      ...(contextWindow === null ? { assumedWindow: assumedContextWindow } : {}),
      ...(isTooLong && leftOutTurns === 0 ? { isTooLong } : {}),
    }
    const isSaid = messages.some(({ notes = [] }) =>
      notes.some(
        (note) =>
          note.kind === 'turns-left-out' &&
          note.contextWindow === contextWindow &&
          (note.isTooLong ?? false) === (reason.isTooLong ?? false),
      ),
    )
    if (!isSaid) await emitNote(step, { kind: 'turns-left-out', count, ...reason })
  }
  if (cutResults > 0) await emitNote(step, { kind: 'results-cut', count: cutResults })
  if (cutFiles.length > 0) await emitNewNote(step, { kind: 'files-cut', files: [...cutFiles] })
  if (unseenFiles.length > 0) await emitNewNote(step, { kind: 'files-unseen', files: [...unseenFiles] })
}

/** A note that an earlier answer of this conversation has already says nothing new. */
export async function emitNewNote(step: NotedStep, note: GenerationNote): Promise<void> {
  const isSaid = step.history.messages.some(({ notes = [] }) =>
    notes.some((known) => JSON.stringify(known) === JSON.stringify(note)),
  )
  if (!isSaid) await emitNote(step, note)
}

export async function emitNote(step: NotedStep, note: GenerationNote): Promise<void> {
  const { id: messageId, notes = [] } = step.message()
  if (notes.some((known) => JSON.stringify(known) === JSON.stringify(note))) return
  await step.emit({ type: 'generation-note', messageId, note })
}
