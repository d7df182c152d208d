import type { ImportedConversation, ImportedItem, ImportedMessage, ImportProblem } from './imported.ts'
import { sortTree } from './message-tree.ts'
import { dropEmpty, joinAnswers, type SourceMessage } from './source-messages.ts'

/** A conversation of a foreign source, as its reader has gathered it. */
export interface SourceConversation {
  readonly sourceId: string
  readonly title: string | null
  readonly createdAt: Date | null
  readonly updatedAt: Date | null
  readonly instructions: readonly string[]
  readonly model: string | null
  readonly pinned?: boolean
  readonly archived?: boolean
  /** The end of the path that the source shows; null: the newest. */
  readonly activeSourceId: string | null
  readonly messages: readonly SourceMessage[]
  readonly problems: readonly ImportProblem[]
}

/** What a person calls a conversation in the report. */
export function nameConversation(title: string | null): string {
  return title === null ? 'A conversation without a title' : `“${title}”`
}

/** Makes a conversation of ours: a sound tree without empty messages. One without any message is named in the report instead. */
export function finishConversation(source: SourceConversation): ImportedItem {
  const name = nameConversation(source.title)
  const { sorted, repeated, orphans } = sortTree(source.messages)
  const { kept, places: dropped } = dropEmpty(sorted)
  const { instructions, messages } = liftInstructions(kept)
  const { joined, places } = joinAnswers(messages)
  const problems = [...source.problems]
  if (repeated > 0) problems.push({ what: `${name}: ${countMessages(repeated)}`, why: 'Another message has the same id' })
  if (orphans > 0)
    problems.push({ what: `${name}: ${countMessages(orphans)}`, why: 'The message above is missing: they begin a branch' })
  if (joined.length === 0) {
    return { type: 'problem', problem: { what: name, why: 'It has no messages' }, isConversation: true }
  }
  const shown = source.activeSourceId === null ? null : (dropped.get(source.activeSourceId) ?? source.activeSourceId)
  const activeSourceId = shown === null ? null : (places.get(shown) ?? null)
  const end = joined.find(({ sourceId }) => sourceId === activeSourceId) ?? joined.at(-1)
  const all = [...new Set([...source.instructions, ...instructions])].map((text) => text.trim()).filter((text) => text !== '')
  return {
    type: 'conversation',
    sourceId: source.sourceId,
    title: source.title,
    createdAt: source.createdAt ?? earliest(joined),
    updatedAt: source.updatedAt ?? newest(joined) ?? source.createdAt,
    instructions: all.length === 0 ? null : all.join('\n\n'),
    model: source.model ?? joined.findLast(({ model }) => model !== null)?.model ?? null,
    pinned: source.pinned ?? false,
    archived: source.archived ?? false,
    unread: false,
    failed: end?.status === 'error' || end?.status === 'interrupted',
    activeSourceId,
    messages: joined,
    problems,
  } satisfies ImportedConversation
}

/** A system prompt above the first question is the conversation's instructions. */
function liftInstructions(messages: readonly SourceMessage[]): { instructions: string[]; messages: readonly SourceMessage[] } {
  const lifted = new Set<string>()
  const instructions: string[] = []
  const rest = messages.flatMap((message) => {
    const isTop = message.parentSourceId === null || lifted.has(message.parentSourceId)
    if (isTop && message.role === 'system') {
      lifted.add(message.sourceId)
      for (const piece of message.pieces) if (piece.type === 'text') instructions.push(piece.text)
      return []
    }
    return isTop && message.parentSourceId !== null ? { ...message, parentSourceId: null } : message
  })
  return { instructions, messages: rest }
}

function countMessages(count: number): string {
  return count === 1 ? 'a message' : `${count} messages`
}

function earliest(messages: readonly ImportedMessage[]): Date | null {
  return messages.reduce<Date | null>(
    (found, { createdAt }) => (createdAt && (!found || createdAt < found) ? createdAt : found),
    null,
  )
}

function newest(messages: readonly ImportedMessage[]): Date | null {
  return messages.reduce<Date | null>(
    (found, { createdAt }) => (createdAt && (!found || createdAt > found) ? createdAt : found),
    null,
  )
}
