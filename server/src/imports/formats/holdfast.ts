import {
  conversationSchema,
  goalSchema,
  isActive,
  maxReactions,
  messageSchema,
  milestoneSchema,
  reactionSchema,
  taskSchema,
  type Message,
  type Part,
} from '@holdfast/shared'
import { z } from 'zod'
import { readJsonValues } from '../archive/read-json-values.ts'
import { indexFiles, type AssetIndex } from './asset-index.ts'
import { nameConversation } from './finish-conversation.ts'
import { tooLarge, type ImportFormat } from './format.ts'
import type { ImportedItem, ImportedMessage, ImportedPart, ImportProblem } from './imported.ts'
import { toRecord, toText } from './json-values.ts'
import { sortTree } from './message-tree.ts'
import { valueToTime } from './times.ts'

/** The newest version of our export that is known here. */
const knownVersion = 1

const treeSchema = z.object({ conversation: conversationSchema, messages: z.array(z.unknown()) })
const plannerSchemas = { goals: goalSchema, milestones: milestoneSchema, tasks: taskSchema } as const

/** Our own export: conversations with all of their branches, and the planner. Ids stay as they are where they are free. */
export const holdfastFormat: ImportFormat = {
  source: 'holdfast',
  matches: (start) => start.get('format') === 'holdfast-export',
  isConversation: (path) => path.length === 2 && path[0] === 'conversations' && path[1] === '[]',
  otherDocuments: {},
  async *read(_deps, archive, documents) {
    const assets = indexFiles(archive)
    for (const document of documents) {
      let version: unknown = null
      const values = readJsonValues(await document.open(), {
        wants: ([root, list, item], kind) =>
          (root === 'conversations' && list === '[]') ||
          (root === 'planner' && list !== undefined && item === '[]') ||
          (root === 'version' && kind === 'scalar'),
      })
      for await (const { path, value } of values) {
        if (path[0] === 'version') {
          version = value
          if (typeof version === 'number' && version > knownVersion) {
            const why = 'It was made by a newer version of Holdfast: what is not known here is left out'
            yield { type: 'problem', problem: { what: 'The file', why }, isConversation: false }
          }
        } else if (path[0] === 'conversations') {
          yield value === undefined ? tooLarge : readConversation(value, assets)
        } else {
          const item = readPlannerItem(path[1] ?? '', value)
          if (item) yield item
        }
      }
    }
  },
}

interface Context {
  readonly name: string
  readonly problems: ImportProblem[]
  readonly assets: AssetIndex
}

function readConversation(value: unknown, assets: AssetIndex): ImportedItem {
  const parsed = treeSchema.safeParse(value)
  if (!parsed.success) {
    const title = toText(toRecord(toRecord(value)['conversation'])['title'])
    return {
      type: 'problem',
      problem: { what: nameConversation(title), why: 'Its fields are not those of an export' },
      isConversation: true,
    }
  }
  const { conversation } = parsed.data
  const name = nameConversation(conversation.title)
  const problems: ImportProblem[] = []
  const messages = parsed.data.messages.flatMap((message): Message[] => {
    const known = messageSchema.safeParse(message)
    if (known.success) return [known.data]
    problems.push({ what: `${name}: a message`, why: 'Its fields are not those of an export' })
    return []
  })
  const { sorted, repeated, orphans } = sortTree(messages.map((message) => toImported(message, { name, problems, assets })))
  if (repeated > 0) problems.push({ what: `${name}: ${repeated} messages`, why: 'Other messages have the same ids' })
  if (orphans > 0)
    problems.push({ what: `${name}: ${orphans} messages`, why: 'The messages above are missing: they begin a branch' })
  return {
    type: 'conversation',
    sourceId: conversation.id,
    title: conversation.title,
    createdAt: valueToTime(conversation.createdAt),
    updatedAt: valueToTime(conversation.updatedAt),
    instructions: conversation.instructions,
    parameters: conversation.parameters,
    model: conversation.model,
    pinned: conversation.pinned,
    archived: conversation.archived,
    unread: conversation.unread,
    failed: conversation.state === 'error',
    activeSourceId: conversation.activeMessageId,
    messages: sorted,
    problems,
  }
}

function toImported(message: Message, { name, problems, assets }: Context): ImportedMessage {
  const wasActive = isActive(message.status)
  if (wasActive) problems.push({ what: `${name}: an answer`, why: 'It was still being written: its beginning was imported' })
  return {
    sourceId: message.id,
    parentSourceId: message.parentId,
    role: message.role,
    parts: message.parts.map((part) => toImportedPart(part, wasActive, assets)),
    status: message.role === 'assistant' ? (wasActive ? 'interrupted' : message.status) : 'completed',
    model: message.model,
    usage: message.usage,
    costMicroUsd: message.costMicroUsd,
    error: message.error,
    notes: message.notes ?? [],
    reactions: toReactions(message),
    createdAt: valueToTime(message.createdAt),
    updatedAt: valueToTime(message.updatedAt),
  }
}

/** Those that could have been given here: a file that somebody has changed may hold any texts. */
function toReactions({ reactions = [] }: Message): string[] {
  const known = reactions.flatMap(({ reaction }) => (reactionSchema.safeParse(reaction).success ? [reaction] : []))
  return [...new Set(known)].slice(0, maxReactions)
}

/** Of an answer that was still being written, nobody can decide on a call or end it any more. */
function toImportedPart(part: Part, wasActive: boolean, assets: AssetIndex): ImportedPart {
  if (part.type === 'file') {
    const { type, name, fileId, callId } = part
    return { type, name, fileId, entry: assets(fileId), ...(callId === undefined ? {} : { callId }) }
  }
  if (part.type !== 'tool-call' || !wasActive) return part
  const { expiresAt: _, question: __, ...call } = part
  if (part.state === 'running') return { ...call, state: 'unknown', error: 'The export was made while it ran' }
  return part.state === 'pending' || part.state === 'waiting' ? { ...call, state: 'denied', error: 'cancelled' } : part
}

function readPlannerItem(list: string, value: unknown): ImportedItem | null {
  if (!(list in plannerSchemas)) return null
  const kind = list as keyof typeof plannerSchemas
  const parsed = plannerSchemas[kind].safeParse(value)
  if (!parsed.success) {
    const what = toText(toRecord(value)['title'])
    const noun = kind.slice(0, -1)
    return {
      type: 'problem',
      problem: { what: what === null ? `A ${noun}` : `The ${noun} “${what}”`, why: 'Its fields are not those of an export' },
      isConversation: false,
    }
  }
  return { type: kind.slice(0, -1), item: parsed.data } as ImportedItem
}
