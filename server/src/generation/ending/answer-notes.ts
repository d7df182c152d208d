import type { GenerationNote, Id, Message, Writer } from '@holdfast/shared'
import type { Models } from '../../models/model.ts'

interface NoteEvent {
  readonly type: 'generation-note'
  readonly messageId: Id
  readonly note: GenerationNote
}

/** The answer broke off and goes on by itself, for the `times`th time. */
export function toResumedNote(messageId: Id, times: number, cause: 'server' | 'provider'): NoteEvent {
  return { type: 'generation-note', messageId, note: { kind: 'resumed', times, cause } }
}

/** From the end of the message on, `model` writes instead of `before`. */
export function toWritersNote(
  models: Pick<Models, 'providerOf' | 'nameOf'>,
  message: Message,
  { before, model }: { readonly before: string; readonly model: string },
): NoteEvent {
  const toWriter = (id: string, place: Pick<Writer, 'part' | 'offset'>): Writer => ({
    model: id,
    name: models.nameOf(id),
    provider: models.providerOf(id)?.name ?? '',
    ...place,
  })
  const { id: messageId, parts, notes = [] } = message
  const known = notes.find((note) => note.kind === 'written-by')?.writers
  const earlier = known ?? (parts.length === 0 ? [] : [toWriter(before, { part: 0, offset: 0 })])
  const place = placeOfNext(message)
  // One that has written nothing is nobody's writer.
  const kept = earlier.filter(({ part, offset }) => part !== place.part || offset !== place.offset)
  return { type: 'generation-note', messageId, note: { kind: 'written-by', writers: [...kept, toWriter(model, place)] } }
}

/** Where the next words of a message go. */
export function placeOfNext({ parts }: Pick<Message, 'parts'>): Pick<Writer, 'part' | 'offset'> {
  const last = parts.at(-1)
  if (last && 'text' in last) return { part: parts.length - 1, offset: last.text.length }
  return { part: parts.length, offset: 0 }
}
