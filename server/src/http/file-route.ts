import { pipeline } from 'node:stream/promises'
import { schema } from '@holdfast/drizzle'
import { uuidSchema, type FileVariant } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import { Router, type Request, type Response } from 'express'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'
import type { FileRow } from '../files/file-row.ts'
import { refuse } from './http-error.ts'
import { toStorageKey, type FileStorage, type StoredVariant } from '../files/storage/file-storage.ts'
import type { FileAddresses } from '../files/serving/file-addresses.ts'

const { files } = schema

export interface FileRouteDeps {
  readonly config: { readonly corsOrigins: readonly string[] }
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly storage: FileStorage
  readonly fileAddresses: FileAddresses
}

const stored: Readonly<Record<FileVariant, StoredVariant>> = {
  original: 'original',
  thumbnail: 'thumbnail.webp',
  text: 'text.txt',
}

/** Only what was written again by ourselves, and what browsers do not interpret, is opened in place. */
const inlineTypes = /^(?:image\/(?:jpeg|png|webp|gif)|audio\/[\w.+-]+)$/u
/** Their own type is harmless; everything else is bytes. */
const namedTypes = /^(?:image\/(?:jpeg|png|webp|gif)|(?:audio|video)\/[\w.+-]+|application\/pdf)$/u

/**
 * `/api/files/{id}` with a signed address. [U4] Nothing that a user uploaded is ever executed: every answer is sandboxed, with a type that
 * no browser guesses about, and everything but pictures and recordings is a download. A wrong signature and an unknown file are the same 403.
 */
export function createFileRoute(deps: FileRouteDeps): Router {
  return Router({ caseSensitive: true, strict: true }).all('/:fileId', async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      return refuse(response, 405)
    }
    const found = await findAddressed(deps, request)
    if (!found) return refuse(response, 403, 'This address has expired or is not valid')
    await serve(deps, request, response, found)
  })
}

interface Addressed {
  readonly row: FileRow & { readonly sha256: string }
  readonly variant: FileVariant
}

async function findAddressed({ database, fileAddresses, clock }: FileRouteDeps, request: Request): Promise<Addressed | null> {
  const parsed = uuidSchema.safeParse(request.params['fileId'])
  if (!parsed.success) return null
  const fileId = parsed.data
  const [row] = await database.queries
    .select()
    .from(files)
    .where(and(eq(files.id, fileId), eq(files.state, 'ready')))
  if (!row || row.sha256 === null) return null
  const query = new URLSearchParams(request.originalUrl.split('?').slice(1).join('?'))
  const variant = fileAddresses.verify({ fileId, userId: row.userId, query }, clock.now())
  return variant && { row: { ...row, sha256: row.sha256 }, variant }
}

async function serve(deps: FileRouteDeps, request: Request, response: Response, { row, variant }: Addressed): Promise<void> {
  const key = toStorageKey(row.sha256, stored[variant])
  const size = await deps.storage.size(key)
  if (size === null) return refuse(response, 404)
  describe(deps, response, { row, variant })
  const etag = response.getHeader('etag')
  if (request.headers['if-none-match'] === etag) return void response.status(304).end()
  const range = toRange(request, size)
  if (range === 'unsatisfiable') {
    response.setHeader('content-range', `bytes */${size}`)
    return void response.status(416).end()
  }
  response.setHeader('content-length', range ? range.end - range.start + 1 : size)
  if (range) response.status(206).setHeader('content-range', `bytes ${range.start}-${range.end}/${size}`)
  if (request.method === 'HEAD' || size === 0) return void response.end()
  try {
    await pipeline(await deps.storage.open(key, range ?? undefined), response)
  } catch (error) {
    // The reader has left, or the storage failed half-way: a part must not look like the whole.
    if (!response.writableFinished) response.destroy()
    deps.logger.debug({ event: 'file-not-sent', fileId: row.id, err: error }, 'a file was not sent as a whole')
  }
}

function describe({ config }: FileRouteDeps, response: Response, { row, variant }: Addressed): void {
  const { type, name } = toTypeAndName(row, variant)
  response.attachment(name)
  if (inlineTypes.test(type)) {
    response.setHeader('content-disposition', String(response.getHeader('content-disposition')).replace(/^attachment/u, 'inline'))
  }
  response.setHeader('content-type', type)
  response.setHeader('content-security-policy', "sandbox; default-src 'none'")
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('cross-origin-resource-policy', config.corsOrigins.length > 0 ? 'cross-origin' : 'same-origin')
  response.setHeader('accept-ranges', 'bytes')
  response.setHeader('etag', `"${row.sha256}-${variant}"`)
  response.setHeader('cache-control', 'private, max-age=300')
}

function toTypeAndName({ name, mediaType }: FileRow, variant: FileVariant): { type: string; name: string } {
  if (variant === 'thumbnail') return { type: 'image/webp', name: withExtension(name, 'webp') }
  if (variant === 'text') return { type: 'text/plain; charset=utf-8', name: withExtension(name, 'txt') }
  const picture = /^image\/(jpeg|png|webp|gif)$/u.exec(mediaType)?.[1]
  // A picture that was written in another format is saved under a name that fits.
  const isNamed =
    picture === undefined || new RegExp(picture === 'jpeg' ? String.raw`\.jpe?g$` : String.raw`\.${picture}$`, 'iu').test(name)
  const type = namedTypes.test(mediaType) ? mediaType : 'application/octet-stream'
  return { type, name: isNamed ? name : withExtension(name, picture === 'jpeg' ? 'jpg' : picture) }
}

function withExtension(name: string, extension: string): string {
  return `${name.replace(/\.[^.]{1,12}$/u, '')}.${extension}`
}

/** The part that is asked for; null for all of it. Of several parts the answer is the whole. */
function toRange(request: Request, size: number): { start: number; end: number } | 'unsatisfiable' | null {
  const ranges = request.range(size, { combine: true })
  if (ranges === -1) return 'unsatisfiable'
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return null
  const [first] = ranges
  return first ? { start: first.start, end: first.end } : null
}
