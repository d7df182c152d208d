import type { Usage } from '@holdfast/shared'
import { readJsonValues } from '../archive/read-json-values.ts'
import { dataUrlToFile, textToFile } from './asset-index.ts'
import { finishConversation, nameConversation } from './finish-conversation.ts'
import { isListedOrAlone, tooLarge, type ImportFormat } from './format.ts'
import type { ImportedItem, ImportProblem } from './imported.ts'
import { toCount, toJson, toList, toRecord, toText, type JsonRecord } from './json-values.ts'
import { createLeftovers, type Leftovers } from './leftovers.ts'
import { toCall, type Piece, type SourceMessage } from './source-messages.ts'
import { valueToTime } from './times.ts'

const noParent = '00000000-0000-0000-0000-000000000000'
const left = { 'Ratings of answers': 'Ratings have no place here' } as const

/** LibreChat's export: a file for each conversation, its messages as a list or, if it was made recursively, inside of each other. */
export const librechatFormat: ImportFormat = {
  source: 'librechat',
  matches: (start) =>
    ['', '[].'].some(
      (root) => start.has(`${root}conversationId`) && (start.has(`${root}messages`) || start.has(`${root}messagesTree`)),
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

function readConversation(conversation: JsonRecord, leftovers: Leftovers<keyof typeof left>): ImportedItem {
  const title = toText(conversation['title'])
  const problems: ImportProblem[] = []
  const context: Context = { name: nameConversation(title), problems, leftovers }
  const options = toRecord(conversation['options'])
  const messages = flatten(conversation['messagesTree'] ?? conversation['messages']).map(
    ({ message, above }, index): SourceMessage => {
      const parent = toText(message['parentMessageId']) ?? above
      return {
        ...readMessage(message, context),
        sourceId: toText(message['messageId']) ?? `#${index}`,
        parentSourceId: parent === noParent ? null : parent,
      }
    },
  )
  return finishConversation({
    sourceId: toText(conversation['conversationId']) ?? title ?? '',
    title,
    createdAt: valueToTime(conversation['createdAt']),
    updatedAt: valueToTime(conversation['updatedAt']),
    instructions: [toText(options['promptPrefix']), toText(options['system']), toText(options['instructions'])].filter(
      (text) => text !== null,
    ),
    model: toText(options['model']),
    archived: conversation['isArchived'] === true || options['isArchived'] === true,
    activeSourceId: null,
    messages,
    problems,
  })
}

/** The messages of a list or of a tree, parents before their children. A tree may be as deep as the conversation is long. */
function flatten(value: unknown): { message: JsonRecord; above: string | null }[] {
  const flat: { message: JsonRecord; above: string | null }[] = []
  const roots = Array.isArray(value) ? toList(value) : value === undefined || value === null ? [] : [value]
  const stack = roots.toReversed().map((message) => ({ message: toRecord(message), above: null as string | null }))
  for (let next = stack.pop(); next; next = stack.pop()) {
    flat.push(next)
    const above = toText(next.message['messageId'])
    for (const child of toList(next.message['children']).toReversed()) stack.push({ message: toRecord(child), above })
  }
  return flat
}

function readMessage(message: JsonRecord, context: Context): Omit<SourceMessage, 'sourceId' | 'parentSourceId'> {
  const isUser = message['isCreatedByUser'] === true || (message['isCreatedByUser'] === undefined && message['sender'] === 'User')
  const text = toText(message['text'])
  const failed = message['error'] === true
  const content = toList(message['content']).flatMap((part) => readPart(toRecord(part), context))
  const words: readonly Piece[] =
    content.length > 0 ? content : text === null || (failed && !isUser) ? [] : [{ type: 'text', text }]
  if (Object.keys(toRecord(message['feedback'])).length > 0) context.leftovers.add('Ratings of answers')
  const isCut =
    message['finish_reason'] === 'length' ||
    message['finish_reason'] === 'incomplete' ||
    message['finish_reason'] === 'max_tokens'
  return {
    role: isUser ? 'user' : 'assistant',
    pieces: [...readFiles(message, context), ...words],
    status: failed ? 'error' : message['unfinished'] === true ? 'interrupted' : 'completed',
    model: isUser ? null : toText(message['model']),
    usage: isUser ? null : readUsage(message),
    error: failed && !isUser ? { code: 'imported', message: text ?? 'The answer failed' } : null,
    notes: isCut && !isUser ? [{ kind: 'cut-at-limit', outputTokens: toCount(message['tokenCount']) }] : [],
    createdAt: valueToTime(message['createdAt']),
    updatedAt: valueToTime(message['updatedAt']),
  }
}

function readUsage(message: JsonRecord): Usage | null {
  const inputTokens = toCount(message['promptTokens'])
  const outputTokens = toCount(message['tokenCount'])
  return inputTokens === null || outputTokens === null ? null : { inputTokens, outputTokens, estimated: true }
}

function readPart(part: JsonRecord, context: Context): Piece[] {
  const type = toText(part['type']) ?? 'unknown'
  switch (type) {
    case 'text':
    case 'error': {
      const text = toText(part[type]) ?? toText(toRecord(part[type])['value']) ?? toText(part['text'])
      return text === null ? [] : [{ type: 'text', text }]
    }
    case 'think': {
      const text = toText(part['think']) ?? toText(toRecord(part['think'])['value'])
      return text === null ? [] : [{ type: 'reasoning', text }]
    }
    case 'tool_call':
      return readCall(toRecord(part['tool_call']))
    case 'image_url': {
      const url = toText(part['image_url']) ?? toText(toRecord(part['image_url'])['url'])
      return readFile({ filename: 'picture', url: url ?? '' }, context)
    }
    case 'image_file':
      return readFile(toRecord(part['image_file']), context)
    // Marks where another agent goes on.
    case 'agent_update':
      return []
    default:
      context.problems.push({ what: `${context.name}: content of the kind “${type}”`, why: 'This kind is not known' })
      return []
  }
}

/** Calls in the shapes of agents, of assistants with functions, and of the code interpreter. */
function readCall(call: JsonRecord): Piece[] {
  const own = toRecord(call['function'] ?? call['code_interpreter'])
  const callId = toText(call['id']) ?? ''
  const name = toText(call['name']) ?? toText(own['name']) ?? toText(call['type']) ?? 'tool'
  const args = toJson(call['args'] ?? own['arguments'] ?? (own['input'] === undefined ? undefined : { code: own['input'] })) ?? {}
  const output = call['output'] ?? own['output'] ?? own['outputs'] ?? null
  const begun = toCall(callId, name, args)
  if (output === null) return [begun]
  return [begun, { type: 'tool-result', callId: callId === '' ? null : callId, name, result: toJson(output), isError: false }]
}

function readFiles(message: JsonRecord, context: Context): Piece[] {
  return [...toList(message['files']), ...toList(message['attachments'])].flatMap((file) => readFile(toRecord(file), context))
}

/** Files stay on the server; of documents the text may be in the export. */
function readFile(file: JsonRecord, context: Context): Piece[] {
  const name = toText(file['filename']) ?? toText(file['file_id']) ?? 'a file'
  const inline = dataUrlToFile(toText(file['url']) ?? toText(file['filepath']) ?? '', name)
  if (inline) return [inline]
  const text = toText(file['text'])
  if (text !== null) return [textToFile(name, text)]
  // A source of a web search, and not a file.
  if (file['type'] === 'web_search' || file['type'] === 'file_search') return []
  context.problems.push({ what: `${context.name}: ${name}`, why: 'The export does not hold it' })
  return []
}
