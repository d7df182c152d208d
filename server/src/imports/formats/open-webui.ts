import type { MessageError, Usage } from '@holdfast/shared'
import { readJsonValues } from '../archive/read-json-values.ts'
import { dataUrlToFile } from './asset-index.ts'
import { finishConversation, nameConversation } from './finish-conversation.ts'
import { isListedOrAlone, tooLarge, type ImportFormat } from './format.ts'
import type { ImportedItem, ImportProblem } from './imported.ts'
import { toCount, toList, toRecord, toText, type JsonRecord } from './json-values.ts'
import { createLeftovers, type Leftovers } from './leftovers.ts'
import { walkTree } from './message-tree.ts'
import { readDetails } from './open-webui-details.ts'
import { readOutput } from './open-webui-output.ts'
import type { Piece, SourceMessage } from './source-messages.ts'
import { sourcesToText } from './sources-to-text.ts'
import { valueToTime } from './times.ts'

const left = {
  'Conversations with tags or in folders': 'They were imported without them: tags and folders have no place here',
  'Ratings of answers': 'Ratings have no place here',
  'Answers merged from several models': 'The answers of the models were imported, the merged one has no place here',
} as const

/** Open WebUI's export of all chats or of one. A chat is a tree; what the model thought and called stands in the text as HTML. */
export const openWebuiFormat: ImportFormat = {
  source: 'open-webui',
  matches: (start) =>
    ['[].chat.history', '[].chat.messages', 'chat.history', 'chat.messages', '[].history.messages', 'history.messages'].some(
      (path) => start.has(path),
    ),
  isConversation: isListedOrAlone,
  otherDocuments: {},
  async *read(_deps, _archive, documents) {
    const leftovers = createLeftovers(left)
    for (const document of documents) {
      for await (const { value } of readJsonValues(await document.open(), { wants: isListedOrAlone })) {
        yield value === undefined ? tooLarge : readConversation(toRecord(value), leftovers)
      }
    }
    yield* leftovers.toProblems()
  },
}

interface Context {
  readonly name: string
  readonly problems: ImportProblem[]
  readonly leftovers: Leftovers<keyof typeof left>
}

function readConversation(item: JsonRecord, leftovers: Leftovers<keyof typeof left>): ImportedItem {
  const chat = 'chat' in item ? toRecord(item['chat']) : item
  const title = toText(item['title']) ?? toText(chat['title'])
  const problems: ImportProblem[] = []
  const context: Context = { name: nameConversation(title), problems, leftovers }
  if (toList(toRecord(item['meta'])['tags'] ?? chat['tags']).length > 0 || toText(item['folder_id']) !== null) {
    leftovers.add('Conversations with tags or in folders')
  }
  const history = toRecord(chat['history'])
  const params = toRecord(chat['params'])
  const system = toText(chat['system']) ?? toText(params['system'])
  const tree = new Map(Object.entries(toRecord(history['messages'])).map(([id, message]) => [id, toRecord(message)]))
  const messages = tree.size > 0 ? readTree(tree, context) : readList(toList(chat['messages']).map(toRecord), context)
  return finishConversation({
    sourceId: toText(item['id']) ?? toText(chat['id']) ?? `${title ?? ''} ${String(chat['timestamp'] ?? item['created_at'])}`,
    title,
    createdAt: valueToTime(item['created_at']) ?? valueToTime(chat['timestamp']),
    updatedAt: valueToTime(item['updated_at']),
    instructions: system === null ? [] : [system],
    model: toText(toList(chat['models'])[0]),
    pinned: item['pinned'] === true,
    archived: item['archived'] === true,
    activeSourceId: toText(history['currentId']),
    messages,
    problems,
  })
}

function readTree(tree: ReadonlyMap<string, JsonRecord>, context: Context): SourceMessage[] {
  const ids = walkTree(
    tree.keys(),
    (id) => toText(tree.get(id)?.['parentId']) === null,
    (id) => toList(tree.get(id)?.['childrenIds']),
  )
  return ids.map((id) => {
    const message = tree.get(id) ?? {}
    return { ...readMessage(message, context), sourceId: id, parentSourceId: toText(message['parentId']) }
  })
}

/** Chats of the first versions are a list. */
function readList(list: readonly JsonRecord[], context: Context): SourceMessage[] {
  const ids = list.map((message, index) => toText(message['id']) ?? `#${index}`)
  return list.map((message, index) => ({
    ...readMessage(message, context),
    sourceId: ids[index] ?? `#${index}`,
    parentSourceId: ids[index - 1] ?? null,
  }))
}

function readMessage(message: JsonRecord, context: Context): Omit<SourceMessage, 'sourceId' | 'parentSourceId'> {
  const role = message['role'] === 'assistant' ? 'assistant' : message['role'] === 'system' ? 'system' : 'user'
  const content = toText(message['content'])
  const output = readOutput(toList(message['output']), context)
  const words: readonly Piece[] =
    output.length > 0
      ? output
      : content === null
        ? []
        : role === 'assistant'
          ? readDetails(content)
          : [{ type: 'text', text: content }]
  const sources = sourcesToText(readSources(message))
  const pieces = [
    ...readFiles(message, context),
    ...words,
    ...(sources === '' ? [] : [{ type: 'text' as const, text: sources.trimStart() }]),
  ]
  if (Object.keys(toRecord(message['annotation'])).length > 0) context.leftovers.add('Ratings of answers')
  if (toText(toRecord(message['merged'])['content']) !== null) context.leftovers.add('Answers merged from several models')
  const error = readError(message['error'])
  return {
    role,
    pieces,
    status: error ? 'error' : message['done'] === false ? 'interrupted' : 'completed',
    model: role === 'assistant' ? toText(message['model']) : null,
    usage: readUsage(toRecord(message['usage'] ?? message['info'])),
    error: role === 'assistant' ? error : null,
    createdAt: valueToTime(message['timestamp']),
  }
}

function readError(value: unknown): MessageError | null {
  if (value === undefined || value === null || value === false) return null
  const { content, message, detail } = toRecord(value)
  return {
    code: 'imported',
    message: toText(content) ?? toText(message) ?? toText(detail) ?? toText(value) ?? 'The answer failed',
  }
}

function readUsage(usage: JsonRecord): Usage | null {
  const inputTokens = toCount(usage['input_tokens'] ?? usage['prompt_tokens'] ?? usage['prompt_eval_count'])
  const outputTokens = toCount(usage['output_tokens'] ?? usage['completion_tokens'] ?? usage['eval_count'])
  if (inputTokens === null && outputTokens === null) return null
  return {
    inputTokens: inputTokens ?? 0,
    outputTokens: outputTokens ?? 0,
    estimated: inputTokens === null || outputTokens === null,
  }
}

function readSources(message: JsonRecord) {
  return toList(message['sources'] ?? message['citations']).map((value) => {
    const source = toRecord(toRecord(value)['source'])
    const [metadata] = toList(toRecord(value)['metadata'])
    const place = toText(source['url']) ?? toText(toRecord(metadata)['source'])
    return { title: toText(source['name']), url: place?.startsWith('http') ? place : null }
  })
}

/** Pictures stand in the chat as data URLs; documents were left on the server. */
function readFiles(message: JsonRecord, context: Context): Piece[] {
  const files = [
    ...toList(message['files']).map(toRecord),
    ...toList(message['images']).map((url) => ({ type: 'image', url }) as JsonRecord),
  ]
  return files.flatMap((file, index): Piece[] => {
    const isImage = file['type'] === 'image'
    const name =
      toText(file['name']) ?? toText(toRecord(file['file'])['filename']) ?? (isImage ? `picture ${index + 1}` : 'a file')
    const url = toText(file['url'])
    const inline = url === null ? null : dataUrlToFile(url, name)
    if (inline) return [inline]
    context.problems.push({ what: `${context.name}: ${name}`, why: 'The export does not hold it' })
    return []
  })
}
