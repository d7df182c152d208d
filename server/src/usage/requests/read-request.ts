import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { schema } from '@holdfast/drizzle'
import type { Id, Json } from '@holdfast/shared'
import { and, eq, inArray } from 'drizzle-orm'
import { storageKeyToHash, type FileStorage } from '../../files/storage/file-storage.ts'
import type { Queries } from '../../platform/database/database.ts'
import { splitAtMarks } from './media-marks.ts'
import { rangesToNumbers } from './number-ranges.ts'

const { modelCalls, modelRequestPieces, modelRequests, modelRequestTools } = schema

export interface ReadRequest {
  /** The body as it was sent, but that the bytes of a file are `file:<SHA-256 of the file>`. */
  readonly body: Json
  /** The bytes of the body as it was sent. */
  readonly bytes: number
  readonly sentAt: Date
  /** Whether what is kept, put together again, has the hash that was written down when it was sent. */
  readonly matches: boolean
  /** Files of which the bytes are gone. */
  readonly missingFiles: number
}

/** What a provider was asked in one call. Null: it was never kept, or is not kept any more. */
export async function readRequest(
  deps: { readonly queries: Queries; readonly storage: FileStorage },
  modelCallId: Id,
): Promise<ReadRequest | null> {
  const { queries, storage } = deps
  const [row] = await queries
    .select({ request: modelRequests, sha256: modelCalls.requestSha256, tools: modelRequestTools.content })
    .from(modelRequests)
    .innerJoin(modelCalls, eq(modelCalls.id, modelRequests.modelCallId))
    .leftJoin(modelRequestTools, eq(modelRequestTools.hash, modelRequests.toolsHash))
    .where(eq(modelRequests.modelCallId, modelCallId))
  if (!row) return null
  const { conversationId, head, tail, bytes, sentAt } = row.request
  const numbers = rangesToNumbers(row.request.pieces)
  const pieces = await readPieces(queries, conversationId, numbers)
  if (numbers.some((n) => !pieces.has(n))) return null
  const text = head + numbers.map((n) => pieces.get(n)).join('') + (row.tools ?? '') + tail
  const { sha256, missingFiles } = await hashWithMedia(storage, text)
  const body = splitAtMarks(text)
    .map((part, index) => (index % 2 === 0 ? part : `file:${storageKeyToHash(part) ?? part}`))
    .join('')
  return { body: JSON.parse(body) as Json, bytes, sentAt, matches: sha256 === row.sha256, missingFiles }
}

async function readPieces(queries: Queries, conversationId: Id, numbers: readonly number[]): Promise<Map<number, string>> {
  const rows = await queries
    .select({ n: modelRequestPieces.n, content: modelRequestPieces.content })
    .from(modelRequestPieces)
    .where(and(eq(modelRequestPieces.conversationId, conversationId), inArray(modelRequestPieces.n, [...new Set(numbers)])))
  return new Map(rows.map(({ n, content }) => [n, content]))
}

/** The hash of the body as it was sent. One file at a time is in memory. */
async function hashWithMedia(storage: FileStorage, text: string): Promise<{ sha256: string; missingFiles: number }> {
  const hash = createHash('sha256')
  let missingFiles = 0
  for (const [index, part] of splitAtMarks(text).entries()) {
    if (index % 2 === 0) hash.update(part)
    else if ((await storage.size(part)) === null) missingFiles += 1
    else hash.update((await buffer(await storage.open(part))).toString('base64'))
  }
  return { sha256: hash.digest('hex'), missingFiles }
}
