import type { ModelFile } from './model-file.ts'
import type { ModelMessage } from './model.ts'

/** The files that go with a message: those of a question, and those that a tool gave. */
export function messageToFiles(message: ModelMessage): readonly ModelFile[] {
  return message.role === 'user' || message.role === 'tool' ? (message.files ?? []) : []
}
