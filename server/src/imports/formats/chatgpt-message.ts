import type { Json, MessageStatus, GenerationNote } from '@holdfast/shared'
import { toFence } from './to-fence.ts'
import type { AssetIndex } from './asset-index.ts'
import type { ImportProblem } from './imported.ts'
import { parseJson, toList, toNumber, toRecord, toText, type JsonRecord } from './json-values.ts'
import { toCall, type Piece, type SourceMessage } from './source-messages.ts'
import { valueToTime } from './times.ts'

export interface ChatgptContext {
  /** What the conversation is called in the report. */
  readonly name: string
  readonly assets: AssetIndex
  /** What is found while reading is added to these. */
  readonly problems: ImportProblem[]
  readonly instructions: string[]
}

type Content = Omit<SourceMessage, 'sourceId' | 'parentSourceId'>

/** A node's message in pieces; without any for one that holds nothing: roots, hidden turns, the custom instructions. */
export function readChatgptMessage(message: JsonRecord, context: ChatgptContext): Content {
  const author = toRecord(message['author'])
  // Exports of 2022 have the role beside the content.
  const sourceRole = toText(author['role']) ?? toText(message['role'])
  const role = sourceRole === 'user' || sourceRole === 'system' ? sourceRole : 'assistant'
  const metadata = toRecord(message['metadata'])
  const names = new Map(
    toList(metadata['attachments'])
      .map(toRecord)
      .map(({ id, name }) => [toText(id), toText(name)]),
  )
  const pieces = readPieces(message, sourceRole, context).map((piece) => {
    // Attached pictures have their names beside the content.
    const id = piece.type === 'file' ? /^file[-_][A-Za-z0-9]+/u.exec(piece.name)?.[0] : undefined
    const name = id === undefined ? null : names.get(id)
    return piece.type === 'file' && name ? { ...piece, name } : piece
  })
  const withFiles = sourceRole === 'user' ? [...readAttachments(metadata, pieces, context), ...pieces] : pieces
  return {
    role,
    pieces: withFiles,
    status: toStatus(message, metadata),
    model: toText(metadata['model_slug']),
    notes: toNotes(metadata),
    createdAt: valueToTime(message['create_time']),
    updatedAt: valueToTime(message['update_time']),
  }
}

function readPieces(message: JsonRecord, role: string | null, context: ChatgptContext): Piece[] {
  const content = toRecord(message['content'])
  const metadata = toRecord(message['metadata'])
  const type = toText(content['content_type']) ?? 'text'
  if (type === 'user_editable_context') {
    const instructions = readInstructions(content, metadata)
    if (instructions !== '') context.instructions.push(instructions)
    return []
  }
  if (type === 'model_editable_context') {
    if (toText(content['model_set_context']) !== null) {
      context.problems.push({ what: `${context.name}: memories`, why: 'Memories of ChatGPT have no place here' })
    }
    return []
  }
  if (role === 'tool') return readToolMessage(message, type, content, context)
  const recipient = toText(message['recipient'])
  const isCall = role === 'assistant' && recipient !== null && recipient !== 'all' && recipient !== 'assistant'
  if (isCall) return [toCall('', recipient, toArguments(content))]
  if (type === 'thoughts') return readThoughts(content, metadata)
  // A sentence like "Thought for 9 seconds" about the thoughts before it.
  if (type === 'reasoning_recap') return []
  if (type === 'code') return [{ type: 'text', text: toFence(toText(content['text']) ?? '', toText(content['language']) ?? '') }]
  return readParts(content, metadata, type, context)
}

/** Custom instructions; some exports keep them beside the content. */
function readInstructions(content: JsonRecord, metadata: JsonRecord): string {
  const data = toRecord(metadata['user_context_message_data'])
  const about = toText(content['user_profile']) ?? toText(data['about_user_message'])
  const wishes = toText(content['user_instructions']) ?? toText(data['about_model_message'])
  return [about, wishes].filter((text) => text !== null).join('\n\n')
}

function toArguments(content: JsonRecord): Json {
  const text = toText(content['text']) ?? joinTexts(content)
  const args = parseJson(text)
  if (typeof args === 'object' && args !== null) return args
  const language = toText(content['language'])
  return { code: text, ...(language === null || language === 'unknown' ? {} : { language }) }
}

/** What a tool gave back, with the pictures that it made. */
function readToolMessage(message: JsonRecord, type: string, content: JsonRecord, context: ChatgptContext): Piece[] {
  const author = toRecord(message['author'])
  const metadata = toRecord(message['metadata'])
  const name = toText(author['name']) ?? 'tool'
  const files = [
    ...readPlots(metadata, context),
    ...(type === 'multimodal_text' ? readParts(content, metadata, type, context).filter((piece) => piece.type === 'file') : []),
  ]
  const result = toResult(type, content)
  if (result === null && files.length === 0) return []
  return [{ type: 'tool-result', callId: null, name, result, isError: type === 'system_error' }, ...files]
}

function toResult(type: string, content: JsonRecord): Json {
  if (type === 'text' || type === 'multimodal_text') {
    const text = joinTexts(content)
    return text === '' ? null : text
  }
  if (type === 'execution_output' || type === 'system_error') return toText(content['text']) ?? ''
  const { content_type: _, ...rest } = content
  return Object.keys(rest).length === 0 ? null : rest
}

/** Plots of the code interpreter. */
function readPlots(metadata: JsonRecord, context: ChatgptContext): Piece[] {
  const output = toRecord(metadata['aggregate_result'])
  return toList(output['messages']).flatMap((message) => {
    const url = toText(toRecord(message)['image_url'])
    return url === null ? [] : readAsset(url, 'a plot', context)
  })
}

function readThoughts(content: JsonRecord, metadata: JsonRecord): Piece[] {
  const seconds = toNumber(metadata['finished_duration_sec'])
  const texts = toList(content['thoughts']).flatMap((thought) => {
    const { summary, content: body } = toRecord(thought)
    return [toText(summary), toText(body)].filter((text) => text !== null).join('\n\n')
  })
  const text = texts.filter((each) => each !== '').join('\n\n')
  if (text === '') return []
  return [{ type: 'reasoning', text, ...(seconds === null ? {} : { durationMs: Math.round(seconds * 1_000) }) }]
}

function readParts(content: JsonRecord, metadata: JsonRecord, type: string, context: ChatgptContext): Piece[] {
  const parts = Array.isArray(content['parts'])
    ? toList(content['parts'])
    : [content['text'] ?? content['result'] ?? content['content']]
  const pieces = parts.flatMap((part): Piece[] => {
    if (typeof part === 'string') return part === '' ? [] : [{ type: 'text', text: resolveReferences(part, metadata) }]
    return readPart(toRecord(part), context)
  })
  const isKnown = type === 'text' || type === 'multimodal_text' || type === 'tether_quote'
  if (pieces.length === 0 && !isKnown && Object.keys(content).length > 1) {
    context.problems.push({ what: `${context.name}: content of the kind “${type}”`, why: 'This kind is not known' })
  }
  return pieces
}

function readPart(part: JsonRecord, context: ChatgptContext): Piece[] {
  switch (part['content_type']) {
    case 'image_asset_pointer':
      return readAsset(toText(part['asset_pointer']), 'a picture', context)
    case 'audio_asset_pointer':
      return readAsset(toText(part['asset_pointer']), 'a recording', context)
    case 'video_container_asset_pointer':
      return readAsset(toText(part['asset_pointer']), 'a video', context)
    case 'real_time_user_audio_video_asset_pointer':
      return [
        ...readAsset(toText(toRecord(part['audio_asset_pointer'])['asset_pointer']), 'a recording', context),
        ...(part['video_container_asset_pointer'] ? readPart(toRecord(part['video_container_asset_pointer']), context) : []),
        ...toList(part['frames_asset_pointers']).flatMap((pointer) =>
          readAsset(toText(pointer) ?? toText(toRecord(pointer)['asset_pointer']), 'a picture of a video', context),
        ),
      ]
    default: {
      const text = toText(part['text'])
      if (text !== null) return [{ type: 'text', text }]
      if (Object.keys(part).length > 0) {
        const kind = toText(part['content_type']) ?? 'unknown'
        context.problems.push({ what: `${context.name}: content of the kind “${kind}”`, why: 'This kind is not known' })
      }
      return []
    }
  }
}

function readAsset(pointer: string | null, what: string, context: ChatgptContext, name?: string): Piece[] {
  const id = pointer === null ? null : (/^(?:[a-z-]+:\/\/)?(?<id>file[-_][A-Za-z0-9]+)/u.exec(pointer)?.groups?.['id'] ?? pointer)
  const entry = id === null ? null : context.assets(id)
  const label = name ?? what
  if (entry) return [{ type: 'file', name: name ?? entry.name.split('/').at(-1) ?? what, entry }]
  context.problems.push({ what: `${context.name}: ${label}`, why: 'The archive does not hold it' })
  return []
}

/** Files that were attached to a question. Pictures are also in its content. */
function readAttachments(metadata: JsonRecord, pieces: readonly Piece[], context: ChatgptContext): Piece[] {
  return toList(metadata['attachments']).flatMap((value) => {
    const attachment = toRecord(value)
    const id = toText(attachment['id'])
    const entry = id === null ? null : context.assets(id)
    if (entry && pieces.some((piece) => piece.type === 'file' && piece.entry === entry)) return []
    const isShown = !entry && toText(attachment['mime_type'] ?? attachment['mimeType'])?.startsWith('image/')
    // Its picture is missing too, and was named.
    if (isShown && context.problems.some(({ what }) => what === `${context.name}: a picture`)) return []
    return readAsset(id, 'a file', context, toText(attachment['name']) ?? undefined)
  })
}

/** Marks of citations stand in the text as private characters; the words that the page shows for them are beside it. */
function resolveReferences(text: string, metadata: JsonRecord): string {
  let resolved = text
  for (const value of toList(metadata['content_references'])) {
    const { matched_text: mark, alt } = toRecord(value)
    if (typeof mark === 'string' && /[\uE200-\uE2FF]|【/u.test(mark)) {
      resolved = resolved.replaceAll(mark, () => toText(alt) ?? '')
    }
  }
  return resolved.replaceAll(/\uE200[^\uE201]*\uE201/gu, '')
}

function joinTexts(content: JsonRecord): string {
  const texts = toList(content['parts']).map((part) => (typeof part === 'string' ? part : (toText(toRecord(part)['text']) ?? '')))
  return texts.filter((text) => text !== '').join('\n\n')
}

function toStatus(message: JsonRecord, metadata: JsonRecord): MessageStatus {
  if (toRecord(metadata['finish_details'])['type'] === 'interrupted') return 'cancelled'
  const status = toText(message['status'])
  return status === 'in_progress' || status === 'finished_partial_completion' ? 'interrupted' : 'completed'
}

function toNotes(metadata: JsonRecord): GenerationNote[] {
  const isCut = toRecord(metadata['finish_details'])['type'] === 'max_tokens'
  return isCut ? [{ kind: 'cut-at-limit', outputTokens: null }] : []
}
