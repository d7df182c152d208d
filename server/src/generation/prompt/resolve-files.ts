import { buffer } from 'node:stream/consumers'
import { schema } from '@holdfast/drizzle'
import { mediaTypeToInputKind, type FilePart, type Id, type InputKind, type Message } from '@holdfast/shared'
import { inArray } from 'drizzle-orm'
import type { FileRow } from '../../files/file-row.ts'
import { toStorageKey, type FileStorage } from '../../files/storage/file-storage.ts'
import { readText } from '../../files/storage/read-text.ts'
import { mediaToTokens } from '../../models/media-tokens.ts'
import type { MediaFile, ModelFile, TextFile } from '../../models/model-file.ts'
import type { Database } from '../../platform/database/database.ts'
import { isMessageFile } from '../store/is-message-file.ts'

const { files } = schema

/** What one request carries at most, in bytes: providers take 50 MB of base64 and less. */
const maxMediaBytes = 30 * 1024 * 1024
/** Providers refuse longer ones. Their text is sent instead. */
const maxPdfPages = 100
/** The only recordings for which the API has a name. */
const audioTypes = new Set(['audio/mpeg', 'audio/wav', 'audio/x-wav', 'audio/vnd.wave'])

/** By id: how the model gets each file of a conversation. */
export type PromptFiles = ReadonlyMap<Id, ModelFile>

/**
 * Decides for each file of these messages how a model gets it, the newest first: as it is, where the model takes that and there is room;
 * else as text, up to `maxLength` characters of all files together; else not at all. What tools gave is sent as it is, or not at all.
 */
export async function resolveFiles(
  deps: { readonly database: Database; readonly storage: FileStorage },
  messages: readonly Message[],
  model: { readonly input: readonly InputKind[]; readonly maxLength: number },
): Promise<PromptFiles> {
  const parts = messages.flatMap((message) => message.parts.filter((part) => part.type === 'file')).toReversed()
  const resolved = new Map<Id, ModelFile>()
  if (parts.length === 0) return resolved
  const ids = [...new Set(parts.map(({ fileId }) => fileId))]
  const rows = await deps.database.queries.select().from(files).where(inArray(files.id, ids))
  const rowsById = new Map(rows.map((row) => [row.id, row]))
  const left = { bytes: maxMediaBytes, length: model.maxLength }
  for (const part of parts) {
    const row = rowsById.get(part.fileId)
    if (resolved.has(part.fileId)) continue
    const file = await resolveFile(deps.storage, part, row, model.input, left)
    if (file) resolved.set(part.fileId, file)
  }
  return resolved
}

interface Room {
  bytes: number
  length: number
}

async function resolveFile(
  storage: FileStorage,
  part: FilePart,
  row: FileRow | undefined,
  input: readonly InputKind[],
  left: Room,
): Promise<ModelFile | null> {
  const file = { fileId: part.fileId, name: part.name, about: describe(part, row) }
  if (!row?.sha256) return { type: 'unseen', ...file }
  const media = await findMedia(storage, { ...row, sha256: row.sha256 }, input)
  if (media && media.bytes <= left.bytes) {
    left.bytes -= media.bytes
    return { type: 'media', ...file, ...media.content }
  }
  // The result of its call names it.
  if (!isMessageFile(part)) return null
  return row.textCharacters === null
    ? { type: 'unseen', ...file }
    : { type: 'text', ...file, ...(await readBeginning(storage, row.sha256, row.textCharacters, left)) }
}

type MediaContent = Pick<MediaFile, 'kind' | 'mediaType' | 'key' | 'tokens' | 'read'>

async function findMedia(
  storage: FileStorage,
  row: FileRow & { readonly sha256: string },
  input: readonly InputKind[],
): Promise<{ bytes: number; content: MediaContent } | null> {
  const kind = mediaTypeToInputKind(row.mediaType)
  if (kind === null || !input.includes(kind)) return null
  if (kind === 'audio' && !audioTypes.has(row.mediaType)) return null
  if (kind === 'pdf' && (row.pages === null || row.pages > maxPdfPages)) return null
  const copy = kind === 'image' ? toStorageKey(row.sha256, 'prompt.jpg') : null
  const copyBytes = copy === null ? null : await storage.size(copy)
  const key = copy !== null && copyBytes !== null ? copy : toStorageKey(row.sha256, 'original')
  const bytes = copyBytes ?? (await storage.size(key))
  if (bytes === null) return null
  const mediaType = copyBytes === null ? row.mediaType : 'image/jpeg'
  let data: Promise<string> | null = null
  const read = () => (data ??= storage.open(key).then(async (stream) => (await buffer(stream)).toString('base64')))
  return { bytes, content: { kind, mediaType, key, tokens: mediaToTokens(kind, row), read } }
}

/** The beginning of a text, as far as there is room. */
async function readBeginning(
  storage: FileStorage,
  sha256: string,
  characters: number,
  left: Room,
): Promise<Pick<TextFile, 'text' | 'characters'>> {
  const text = await readText(storage, sha256, left.length)
  left.length -= text.length
  return { text, characters }
}

/** What a file is, in a few words. */
function describe(part: FilePart, row: FileRow | undefined): string {
  const { mediaType, width, height, bytes } = part
  const pages = row?.pages ?? null
  return [
    mediaType,
    width !== undefined && height !== undefined ? `${width} × ${height} pixels` : '',
    pages === null ? '' : pages === 1 ? '1 page' : `${pages} pages`,
    row?.textCharacters ? `${row.textCharacters} characters of text` : `${bytes} bytes`,
  ]
    .filter((text) => text !== '')
    .join(', ')
}
