import type { FilePart, Part } from '@holdfast/shared'

/** A file of the message itself: of a question, or one that the model made. What a tool gave stands in the result of its call. */
export function isMessageFile(part: Part): part is FilePart {
  return part.type === 'file' && part.callId === undefined
}
