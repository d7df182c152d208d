import type { FilePart, Id, ImportSource, Part } from '@holdfast/shared'
import { nameConversation } from './formats/finish-conversation.ts'
import type { ImportedConversation, ImportedFile, ImportProblem } from './formats/imported.ts'
import { toFence } from './formats/to-fence.ts'
import type { ImportFiles } from './import-files.ts'
import { sourceToId } from './source-ids.ts'
import type { SettledConversation, SettledMessage } from './write-conversation.ts'

/**
 * Keeps the files of a conversation, before the transaction that writes it. What cannot be kept is named in the report; a document's text
 * then stands in the message. The same file has the same id in every import, so it is kept once.
 */
export async function settleFiles(
  files: ImportFiles,
  {
    userId,
    source,
    conversation,
  }: { readonly userId: Id; readonly source: ImportSource; readonly conversation: ImportedConversation },
): Promise<SettledConversation> {
  const problems: ImportProblem[] = [...conversation.problems]
  const messages: SettledMessage[] = []
  for (const message of conversation.messages) {
    const parts: Part[] = []
    for (const [index, part] of message.parts.entries()) {
      if (part.type !== 'file') {
        parts.push(part)
        continue
      }
      const id = sourceToId(userId, source, 'file', conversation.sourceId, message.sourceId, String(index))
      const found = await settleFile(files, { userId, id, file: part })
      const { callId } = part
      if ('part' in found) parts.push(callId === undefined ? found.part : { ...found.part, callId })
      else {
        if (part.text !== undefined) parts.push({ type: 'text', text: `${part.name}:\n\n${toFence(part.text, '')}` })
        const why = part.text === undefined ? found.refused : `${found.refused} Its text stands in the message`
        problems.push({ what: `${nameConversation(conversation.title)}: ${part.name}`, why })
      }
    }
    messages.push({ ...message, parts })
  }
  return { ...conversation, messages, problems }
}

async function settleFile(
  files: ImportFiles,
  { userId, id, file }: { readonly userId: Id; readonly id: Id; readonly file: ImportedFile },
): Promise<{ readonly part: FilePart } | { readonly refused: string }> {
  const { fileId, entry, name } = file
  const own = fileId === undefined ? null : await files.find(userId, fileId)
  if (own) return { part: own }
  if (entry === null) return { refused: 'The export does not hold it' }
  const kept = await files.find(userId, id)
  return kept ? { part: kept } : files.keep(userId, id, name, entry)
}
