import { maxFilesPerMessage, type ConversationEvent, type GenerationNote, type Message } from '@holdfast/shared'
import type { AnswerFiles, GivenContent } from '../../files/answer-files.ts'
import type { FileRow } from '../../files/file-row.ts'
import { showFile } from '../../files/show-file.ts'
import type { UnitOfWork, UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { untilAborted } from '../../platform/until-aborted.ts'
import type { Logger } from '../../platform/logger.ts'
import { isMessageFile } from '../store/is-message-file.ts'
import type { GenerationRow } from '../store/generation-row.ts'
import { transactFenced } from '../writer/transact-fenced.ts'
import type { Writer } from '../writer/committer.ts'

export interface ShowFilesDeps extends UnitOfWorkDeps {
  readonly answerFiles: AnswerFiles
  readonly logger: Logger
}

/** The running answer that files are shown in. */
interface ShowingRun {
  readonly generation: GenerationRow
  readonly message: () => Message
}

interface PictureRun extends ShowingRun {
  readonly signal: AbortSignal
  readonly writer: Pick<Writer, 'flush'>
  readonly emit: (event: ConversationEvent) => Promise<void>
  /** Applies events that were just committed to the run's own copy of the message. */
  readonly absorb: (events: readonly ConversationEvent[]) => void
}

const refusals = {
  count: `An answer keeps at most ${maxFilesPerMessage} pictures.`,
  form: 'It came in a form that cannot be read.',
  storage: 'It could not be stored.',
  stopped: 'The answer was stopped.',
}

/**
 * Keeps a picture of the model and shows it at the end of the answer, in one fenced transaction: a crash leaves either both or nothing.
 * A picture that is not taken becomes a note. @throws LeaseLostError
 */
export async function showPicture(deps: ShowFilesDeps, run: PictureRun, base64: string | null): Promise<void> {
  const { generation } = run
  const count = run.message().parts.filter(isMessageFile).length
  const name = `picture-${count + 1}`
  const kept =
    base64 === null
      ? { refused: refusals.form }
      : count >= maxFilesPerMessage
        ? { refused: refusals.count }
        : await keepContent(deps, generation, { base64, name, kind: 'picture' }, run.signal)
  if (run.signal.aborted) return
  if ('refused' in kept) return run.emit({ type: 'generation-note', messageId: generation.messageId, note: toNote(run, kept) })
  // The text that came before it.
  await run.writer.flush()
  const events = await transactFenced(deps, generation, (unit) => appendFiles(unit, run, [kept.file]))
  run.absorb(events)
}

/** As {@link AnswerFiles.keep}; what fails for a reason of the server's own is refused, too: the rest of the answer is worth keeping. */
export async function keepContent(
  { answerFiles, logger }: Pick<ShowFilesDeps, 'answerFiles' | 'logger'>,
  { userId, messageId }: Pick<GenerationRow, 'userId' | 'messageId'>,
  content: GivenContent,
  signal: AbortSignal,
): ReturnType<AnswerFiles['keep']> {
  try {
    return await untilAborted(answerFiles.keep(userId, content), signal)
  } catch (error) {
    if (signal.aborted) return { refused: refusals.stopped }
    logger.error({ event: 'answer-file-not-kept', messageId, err: error }, 'a file of an answer could not be stored')
    return { refused: refusals.storage }
  }
}

/** Appends files at the end of the answer, in the caller's transaction. `callId`: the call that they came with. */
export async function appendFiles(
  unit: UnitOfWork,
  run: ShowingRun,
  files: readonly FileRow[],
  callId?: string,
): Promise<ConversationEvent[]> {
  const { id, conversationId, messageId } = run.generation
  const firstPart = run.message().parts.length
  const events: ConversationEvent[] = []
  for (const { id: fileId } of files) {
    const shown = await showFile(unit, { fileId, messageId })
    if (!shown) continue
    const file = callId === undefined ? shown : { ...shown, callId }
    events.push({ type: 'file-added', messageId, part: firstPart + events.length, file })
  }
  await unit.append(conversationId, events, id)
  return events
}

type PicturesNote = Extract<GenerationNote, { kind: 'pictures-not-kept' }>

function toNote({ message }: ShowingRun, { refused }: { readonly refused: string }): PicturesNote {
  const before = message().notes?.find((note) => note.kind === 'pictures-not-kept')?.pictures ?? []
  return { kind: 'pictures-not-kept', pictures: [...before, { reason: refused }].slice(0, maxFilesPerMessage) }
}
