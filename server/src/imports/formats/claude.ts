import { readJsonValues } from '../archive/read-json-values.ts'
import { indexAssets, textToFile, type AssetIndex } from './asset-index.ts'
import { finishConversation, nameConversation } from './finish-conversation.ts'
import { isListedOrAlone, tooLarge, type ImportFormat } from './format.ts'
import type { ImportedItem, ImportProblem } from './imported.ts'
import { toJson, toList, toRecord, toText, type JsonRecord } from './json-values.ts'
import { createLeftovers } from './leftovers.ts'
import { toCall, type Piece, type SourceMessage } from './source-messages.ts'
import { sourcesToText } from './sources-to-text.ts'
import { valueToTime } from './times.ts'

/** Claude's archive, or the conversations.json in it. Newer ones say which message each one answers; older ones are a list. */
export const claudeFormat: ImportFormat = {
  source: 'claude',
  matches: (start) => start.has('[].chat_messages') || start.has('chat_messages'),
  isConversation: isListedOrAlone,
  otherDocuments: {
    'users.json': null,
    'manifest.json': null,
    'projects.json': 'Projects have no place here',
    'memories.json': 'Memories of Claude have no place here',
    'artifacts.json': 'Artifacts by themselves have no place here; the calls that made them were imported',
  },
  async *read(_deps, archive, documents) {
    const assets = indexAssets(archive)
    const leftovers = createLeftovers({
      'Conversations in projects': 'They were imported without the project, which has no place here',
      'Summaries of conversations': 'Summaries have no place here',
    })
    for (const document of documents) {
      for await (const { value } of readJsonValues(await document.open(), { wants: isListedOrAlone })) {
        if (value === undefined) yield tooLarge
        else {
          const conversation = toRecord(value)
          if (toText(toRecord(conversation['project'])['uuid'] ?? conversation['project_uuid']) !== null) {
            leftovers.add('Conversations in projects')
          }
          if (toText(conversation['summary']) !== null) leftovers.add('Summaries of conversations')
          yield readConversation(conversation, assets)
        }
      }
    }
    yield* leftovers.toProblems()
  },
}

interface Context {
  readonly name: string
  readonly assets: AssetIndex
  readonly problems: ImportProblem[]
}

function readConversation(conversation: JsonRecord, assets: AssetIndex): ImportedItem {
  const title = toText(conversation['name'])
  const problems: ImportProblem[] = []
  const context: Context = { name: nameConversation(title), assets, problems }
  const list = toList(conversation['chat_messages']).map(toRecord)
  const isTree = list.some((message) => toText(message['parent_message_uuid']) !== null)
  const ids = new Set(list.flatMap((message) => toText(message['uuid']) ?? []))
  const model = toText(conversation['model'])
  const messages = list.map((message, index): SourceMessage => {
    const parent = isTree ? toText(message['parent_message_uuid']) : index === 0 ? null : toId(list[index - 1], index - 1)
    return {
      ...readMessage(message, context, model),
      sourceId: toId(message, index),
      // The root of all is no message: it has an id of zeros.
      parentSourceId: parent !== null && (ids.has(parent) || !isRootId(parent)) ? parent : null,
    }
  })
  return finishConversation({
    sourceId: toText(conversation['uuid']) ?? `${title ?? ''} ${String(conversation['created_at'])}`,
    title,
    createdAt: valueToTime(conversation['created_at']),
    updatedAt: valueToTime(conversation['updated_at']),
    instructions: [],
    model,
    pinned: conversation['is_starred'] === true,
    activeSourceId: toText(conversation['current_leaf_message_uuid']),
    messages,
    problems,
  })
}

function toId(message: JsonRecord | undefined, index: number): string {
  return toText(message?.['uuid']) ?? `#${index}`
}

function isRootId(id: string): boolean {
  return /^[0-]+(?:-4000-8000-0+)?$/u.test(id)
}

function readMessage(
  message: JsonRecord,
  context: Context,
  model: string | null,
): Omit<SourceMessage, 'sourceId' | 'parentSourceId'> {
  const role = message['sender'] === 'assistant' ? 'assistant' : message['sender'] === 'system' ? 'system' : 'user'
  const blocks = toList(message['content']).flatMap((block) => readBlock(toRecord(block), context))
  const text = toText(message['text'])
  const hasWords = blocks.some(({ type }) => type !== 'file')
  const pieces: Piece[] = [
    ...readFiles(message, context),
    ...blocks,
    ...(!hasWords && text !== null ? [{ type: 'text' as const, text }] : []),
  ]
  const stopped = toText(message['stop_reason'])
  return {
    role,
    pieces,
    status: stopped === 'user_canceled' ? 'cancelled' : message['truncated'] === true ? 'interrupted' : 'completed',
    model: role === 'assistant' ? (toText(message['model']) ?? model) : null,
    notes: stopped === 'max_tokens' ? [{ kind: 'cut-at-limit', outputTokens: null }] : [],
    createdAt: valueToTime(message['created_at']),
    updatedAt: valueToTime(message['updated_at']),
  }
}

function readBlock(block: JsonRecord, context: Context): Piece[] {
  const type = toText(block['type']) ?? 'text'
  switch (type) {
    case 'text': {
      const text = toText(block['text'])
      return text === null ? [] : [{ type: 'text', text: text + sourcesToText(readCitations(block)) }]
    }
    case 'thinking':
    case 'redacted_thinking': {
      const summaries = toList(block['summaries']).flatMap((summary) => toText(toRecord(summary)['summary']) ?? [])
      const text = toText(block['thinking']) ?? summaries.join('\n\n')
      return text === '' ? [] : [{ type: 'reasoning', text, ...toDuration(block) }]
    }
    case 'tool_use':
    case 'server_tool_use':
      return [toCall(toText(block['id']) ?? '', toText(block['name']) ?? 'tool', toJson(block['input']) ?? {})]
    case 'tool_result':
      return [
        {
          type: 'tool-result',
          callId: toText(block['tool_use_id']),
          name: toText(block['name']) ?? 'tool',
          result: readResult(block['content']),
          isError: block['is_error'] === true,
        },
      ]
    case 'voice_note': {
      const text = toText(block['text'])
      return text === null ? [] : [{ type: 'text', text }]
    }
    // Says how much of the context window is left.
    case 'token_budget':
      return []
    default: {
      const text = toText(block['text'])
      if (text !== null) return [{ type: 'text', text }]
      context.problems.push({ what: `${context.name}: content of the kind “${type}”`, why: 'This kind is not known' })
      return []
    }
  }
}

function readCitations(block: JsonRecord) {
  return toList(block['citations']).map((citation) => {
    const details = toRecord(toRecord(citation)['details'])
    return {
      title: toText(toRecord(citation)['title'] ?? details['title']),
      url: toText(toRecord(citation)['url'] ?? details['url']),
    }
  })
}

function toDuration(block: JsonRecord): { durationMs?: number } {
  const [start, stop] = [valueToTime(block['start_timestamp']), valueToTime(block['stop_timestamp'])]
  return start && stop && stop >= start ? { durationMs: stop.getTime() - start.getTime() } : {}
}

/** Text where a result is nothing else; else as it is. */
function readResult(content: unknown) {
  const texts = toList(content).map((part) => (toRecord(part)['type'] === 'text' ? toText(toRecord(part)['text']) : null))
  return texts.length > 0 && texts.every((text) => text !== null) ? texts.join('\n\n') : (content ?? null)
}

/** Attachments hold the text that was taken out of a file; files are only named. */
function readFiles(message: JsonRecord, context: Context): Piece[] {
  const attachments = toList(message['attachments']).map(toRecord)
  const files = [...toList(message['files']), ...toList(message['files_v2'])].map(toRecord)
  const names = new Set<string>()
  const named = files.filter((file) => {
    const id = toText(file['file_uuid']) ?? toText(file['uuid']) ?? toText(file['file_name']) ?? ''
    return !names.has(id) && names.add(id)
  })
  return [
    ...attachments.flatMap((attachment): Piece[] => {
      const text = toText(attachment['extracted_content'])
      const name = toText(attachment['file_name']) ?? 'pasted.txt'
      if (text !== null) return [textToFile(/\.[a-z0-9]+$/iu.test(name) ? name : `${name}.txt`, text)]
      context.problems.push({ what: `${context.name}: ${name}`, why: 'The archive does not hold it' })
      return []
    }),
    ...named.flatMap((file): Piece[] => {
      const name = toText(file['file_name']) ?? 'a file'
      const entry = context.assets(toText(file['file_uuid']) ?? '') ?? context.assets(name.replace(/\.[^.]*$/u, ''))
      if (entry) return [{ type: 'file', name, entry }]
      if (attachments.some((attachment) => attachment['file_name'] === file['file_name'])) return []
      context.problems.push({ what: `${context.name}: ${name}`, why: 'The archive does not hold it' })
      return []
    }),
  ]
}
