import type { MessageError, Usage } from '@holdfast/shared'
import { dataUrlToFile } from './asset-index.ts'
import type { ImportProblem } from './imported.ts'
import { toCount, toJson, toList, toNumber, toRecord, toText, type JsonRecord } from './json-values.ts'
import { toCall, type Piece, type SourceMessage } from './source-messages.ts'
import { sourcesToText } from './sources-to-text.ts'
import { valueToTime } from './times.ts'

export interface LobechatContext {
  readonly name: string
  readonly problems: ImportProblem[]
  /** What database exports keep of tools' messages in a table of its own, by the id of the message. */
  readonly plugins: ReadonlyMap<string, JsonRecord>
}

/** A message of LobeChat in pieces. Tools' results are messages of their own, which become a part of the answer. */
export function readLobechatMessage(
  message: JsonRecord,
  context: LobechatContext,
): Omit<SourceMessage, 'sourceId' | 'parentSourceId'> {
  const { role: sourceRole } = message
  const role = sourceRole === 'user' || sourceRole === 'system' ? sourceRole : 'assistant'
  const extra = toRecord(message['extra'])
  const error = role === 'assistant' && sourceRole !== 'tool' ? readError(message['error']) : null
  return {
    role,
    pieces: [...readFiles(message, context), ...readWords(message, context)],
    status: error ? 'error' : 'completed',
    model: role === 'assistant' ? (toText(message['model']) ?? toText(extra['fromModel'])) : null,
    usage: readUsage(toRecord(message['metadata'])),
    error,
    createdAt: valueToTime(message['createdAt']),
    updatedAt: valueToTime(message['updatedAt']),
  }
}

function readWords(message: JsonRecord, context: LobechatContext): Piece[] {
  const content = toText(message['content'])
  if (message['role'] === 'tool' || message['role'] === 'function') return [readResult(message, context)]
  const reasoning = toRecord(message['reasoning'])
  const thoughts = toText(reasoning['content'])
  const durationMs = toNumber(reasoning['duration'])
  const citations = toList(toRecord(message['search'])['citations']).map((citation) => {
    const { title, url } = toRecord(citation)
    return { title: toText(title), url: toText(url) }
  })
  // LobeChat shows three dots until the first word of an answer, and stores them with one that failed.
  const isPlaceholder = content === '...' && message['role'] !== 'user'
  const text = (content === null || isPlaceholder ? '' : content) + sourcesToText(citations)
  const translation = toText(toRecord(toRecord(message['extra'])['translate'])['content'])
  if (translation !== null)
    context.problems.push({ what: `${context.name}: a translation`, why: 'Translations have no place here' })
  return [
    ...(thoughts === null
      ? []
      : [{ type: 'reasoning' as const, text: thoughts, ...(durationMs === null ? {} : { durationMs: Math.round(durationMs) }) }]),
    ...(text.trim() === '' ? [] : [{ type: 'text' as const, text: text.trimStart() }]),
    ...toList(message['tools']).map((tool) => {
      const { id, identifier, apiName, arguments: args } = toRecord(tool)
      return toCall(toText(id) ?? '', toName(identifier, apiName), toJson(args) ?? {})
    }),
  ]
}

function readResult(message: JsonRecord, context: LobechatContext): Piece {
  const own = toRecord(message['plugin'])
  const plugin = Object.keys(own).length > 0 ? own : (context.plugins.get(toText(message['id']) ?? '') ?? {})
  const failure = message['pluginError'] ?? plugin['error'] ?? null
  return {
    type: 'tool-result',
    callId: toText(message['tool_call_id']) ?? toText(plugin['toolCallId']),
    name: toName(plugin['identifier'], plugin['apiName']),
    result: failure === null ? toJson(message['content']) : failure,
    isError: failure !== null,
  }
}

function toName(identifier: unknown, apiName: unknown): string {
  return [toText(identifier), toText(apiName)].filter((text) => text !== null).join('.') || 'tool'
}

function readError(value: unknown): MessageError | null {
  if (value === undefined || value === null) return null
  const error = toRecord(value)
  const inner = toText(toRecord(toRecord(error['body'])['error'])['message'])
  return { code: 'imported', message: inner ?? toText(error['message']) ?? toText(error['type']) ?? 'The answer failed' }
}

function readUsage(metadata: JsonRecord): Usage | null {
  const usage = { ...metadata, ...toRecord(metadata['usage']) }
  const inputTokens = toCount(usage['totalInputTokens'] ?? usage['inputTokens'])
  const outputTokens = toCount(usage['totalOutputTokens'] ?? usage['outputTokens'])
  return inputTokens === null || outputTokens === null ? null : { inputTokens, outputTokens, estimated: false }
}

/** Files are only named; pictures of some versions stand in the list as data URLs. */
function readFiles(message: JsonRecord, context: LobechatContext): Piece[] {
  const files = [...toList(message['imageList']), ...toList(message['fileList']), ...toList(message['files'])]
  return files.flatMap((file): Piece[] => {
    const record = toRecord(file)
    const name = toText(file) ?? toText(record['alt']) ?? toText(record['name']) ?? toText(record['id']) ?? 'a file'
    const inline = dataUrlToFile(toText(record['url']) ?? '', name)
    if (inline) return [inline]
    context.problems.push({ what: `${context.name}: ${name}`, why: 'The export does not hold it' })
    return []
  })
}
