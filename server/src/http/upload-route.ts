import type { IncomingMessage } from 'node:http'
import { uuidSchema, type Id } from '@holdfast/shared'
import { Metadata, Server } from '@tus/server'
import { Router, type Request, type RequestHandler, type Response } from 'express'
import { v7 as uuidv7 } from 'uuid'
import { clientIpHeader } from '../config/client-ip-header.ts'
import { toBasePath } from '../config/public-address.ts'
import type { LimitDeps } from '../limits/check-question.ts'
import { checkRoom } from '../limits/check-room.ts'
import type { CallLimits } from '../platform/call-limits.ts'
import { Refusal } from '../platform/refusal.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'
import type { FileRow } from '../files/file-row.ts'
import { abandonUpload, beginUpload, findFileRow, touchUpload, type NewUpload } from '../files/uploads/begin-upload.ts'
import { cleanFileName } from '../files/uploads/clean-file-name.ts'
import type { UploadStore } from '../files/uploads/upload-store.ts'
import { refuse } from './http-error.ts'

export interface UploadRouteDeps extends LimitDeps {
  readonly config: { readonly fileMaxBytes: number; readonly importMaxBytes: number; readonly publicUrl: URL }
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly callLimits: Pick<CallLimits, 'take'>
  readonly uploads: UploadStore
  /** The user of a request; null without a valid token. */
  readonly authenticate: (request: IncomingMessage) => Promise<Id | null>
  /** All bytes of a file have arrived. */
  readonly onUploaded: (fileId: Id) => void
}

const path = '/api/uploads'
/** Of a creation, compared with a plain call. */
const cost = 5
const version = '1.0.0'

/**
 * `/api/uploads`: the tus protocol 1.0, with the user's token on every request. [U1] The `fileId` of the metadata is the file's id: a
 * repeat of the creation gives the same upload. [U2] Another user's uploads are 404. [U8] A creation that a limit forbids is refused as JSON.
 */
export function createUploadRoute(deps: UploadRouteDeps): Router {
  const { uploads, database } = deps
  /** A client looks it up from the root of the origin. */
  const toLocation = (fileId: string) => `${toBasePath(deps.config.publicUrl)}${path}/${fileId}`
  const users = new WeakMap<IncomingMessage, Id>()

  /** Makes the row before the first byte is kept, and names the upload after it. */
  const create = async (request: IncomingMessage, metadata: Record<string, string | null>, length: string): Promise<string> => {
    const userId = users.get(request)
    if (userId === undefined) throw new UploadRefusal(401, 'Sign in first')
    if (!/^\d{1,15}$/u.test(length)) throw new UploadRefusal(400, 'Upload-Length is required')
    const bytes = Number(length)
    const isImport = metadata['purpose'] === 'import'
    const maxBytes = isImport ? deps.config.importMaxBytes : deps.config.fileMaxBytes
    if (bytes > maxBytes) throw new UploadRefusal(413, `A file may have at most ${maxBytes} bytes`)
    const fileId = readFileId(metadata) ?? uuidv7()
    const mediaType = toMediaType(metadata['filetype'])
    const name = cleanFileName(metadata['filename'])
    const outcome = await begin({ fileId, userId, name, mediaType, bytes, isImport })
    if (outcome === 'too-many') throw new UploadRefusal(429, 'Too many uploads are under way')
    if (outcome === 'taken' && !(await mayBeginAgain(fileId, userId, bytes))) throw new UploadRefusal(409, 'fileId: is taken')
    return uploads.toUploadId(fileId)
  }

  /** Another upload may have taken the room since it was looked for. */
  const begin = async (upload: NewUpload): ReturnType<typeof beginUpload> => {
    try {
      return await beginUpload(deps, upload)
    } catch (error) {
      if (error instanceof Refusal) throw new UploadRefusal(413, error.message)
      throw error
    }
  }

  /** Answers a creation that a limit forbids, as JSON: tus itself answers with plain text. */
  const refuseAboveLimit = async (request: Request, response: Response): Promise<boolean> => {
    const userId = users.get(request) ?? ''
    const bytes = Number(request.headers['upload-length'])
    try {
      deps.callLimits.take({ userId, address: String(request.headers[clientIpHeader] ?? '') || null }, cost)
      if (Number.isSafeInteger(bytes)) await database.queries.transaction((tx) => checkRoom(deps, tx, { userId, bytes }))
      return false
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const { message, reason, retryAfterMs = null } = error
      if (retryAfterMs !== null) response.setHeader('retry-after', Math.ceil(retryAfterMs / 1_000))
      refuse(response, reason === 'budget-exceeded' ? 413 : 429, message, { reason, retryAfterMs })
      return true
    }
  }

  /** The server ended between making the row and the upload. */
  const mayBeginAgain = async (fileId: Id, userId: Id, bytes: number): Promise<boolean> => {
    const row = await findFileRow(database, fileId)
    if (row?.userId !== userId || row.state !== 'uploading' || row.uploadBytes !== bytes || row.deletedAt) return false
    return (await uploads.find(fileId)) === null
  }

  const tus = new Server({
    path,
    datastore: uploads.dataStore,
    relativeLocation: true,
    maxSize: Math.max(deps.config.fileMaxBytes, deps.config.importMaxBytes),
    disableTerminationForFinishedUploads: true,
    // Our own middleware lets foreign pages in.
    allowedOrigins: () => false,
    generateUrl: (_request, { id }) => toLocation(id.slice(uploads.toUploadId('').length)),
    getFileIdFromRequest: (_request, last) => (last === undefined ? undefined : uploads.toUploadId(last)),
    namingFunction: async (request, metadata = {}) => {
      const node = request.runtime?.node?.req
      if (!node) throw new Error('a request without a connection')
      return create(node as IncomingMessage, metadata, request.headers.get('upload-length') ?? '')
    },
    onUploadFinish: async (_request, { id }) => {
      deps.onUploaded(id.slice(uploads.toUploadId('').length))
      return {}
    },
    onResponseError: (_request, error) => {
      if (!(error instanceof Error) || error instanceof UploadRefusal) return undefined
      deps.logger.error({ event: 'upload-failed', err: error }, 'an upload failed')
      return { status_code: 500, body: 'Something went wrong on the server' }
    },
  })

  const authenticate: RequestHandler = async (request, response, next) => {
    // Tells what the server supports.
    if (request.method === 'OPTIONS') return next()
    const userId = await deps.authenticate(request)
    if (userId === null) return refuse(response, 401)
    users.set(request, userId)
    next()
  }

  /** A creation whose file exists: the same upload once more, however far it is. */
  const repeat = async (request: Request, response: Response): Promise<boolean> => {
    const metadata = parseMetadata(request.headers['upload-metadata'])
    if (metadata === null || request.headers['tus-resumable'] === undefined) return false
    const given = metadata['fileId']
    const fileId = readFileId(metadata)
    if (given !== undefined && fileId === null) {
      refuse(response, 400, 'fileId: must be a UUID')
      return true
    }
    const row = fileId === null ? null : await findFileRow(database, fileId)
    if (row === null || fileId === null) return false
    if (row.userId !== users.get(request) || row.deletedAt || Number(request.headers['upload-length']) !== row.uploadBytes) {
      refuse(response, 409, 'fileId: is taken')
      return true
    }
    const found = row.state === 'uploading' ? await uploads.find(fileId) : { offset: row.uploadBytes }
    if (found === null) return false
    // What this request brings along is dropped: the upload goes on with a PATCH.
    request.resume()
    response
      .status(201)
      .set({ 'tus-resumable': version, location: toLocation(fileId), 'upload-offset': String(found.offset) })
      .end()
    return true
  }

  /** An upload whose bytes have been examined is gone. What is asked about it is answered from its row. */
  const answerFinished = (request: Request, response: Response, row: FileRow): void => {
    response.set('tus-resumable', version)
    if (request.method === 'HEAD') {
      const length = String(row.uploadBytes)
      response.status(200).set({ 'upload-offset': length, 'upload-length': length }).end()
    } else refuse(response, 409, 'The upload is complete')
  }

  const handle = (request: Request, response: Response) => tus.handle(request, response)

  return Router({ caseSensitive: true, strict: true })
    .use(authenticate)
    .options('/{*path}', handle)
    .post('/', async (request, response) => {
      if (await repeat(request, response)) return
      if (!(await refuseAboveLimit(request, response))) await handle(request, response)
    })
    .all('/:fileId', async (request, response, next) => {
      if (!['HEAD', 'PATCH', 'DELETE'].includes(request.method)) return next()
      const parsed = uuidSchema.safeParse(request.params['fileId'])
      const row = parsed.success ? await findFileRow(database, parsed.data) : null
      if (row === null || row.userId !== users.get(request) || row.deletedAt) return refuse(response, 404)
      if (row.state !== 'uploading') return answerFinished(request, response, row)
      await touchUpload(deps, row)
      await handle(request, response)
      if (request.method === 'DELETE' && response.statusCode === 204) await abandonUpload(database, row.id)
    })
}

/** As tus answers: a status and a line of text. */
class UploadRefusal extends Error {
  override readonly name = 'UploadRefusal'
  readonly status_code: number
  readonly body: string

  constructor(status: number, body: string) {
    super(body)
    this.status_code = status
    this.body = body
  }
}

function parseMetadata(header: string | string[] | undefined): Record<string, string | null> | null {
  try {
    return Metadata.parse(Array.isArray(header) ? header.join(',') : header) ?? {}
  } catch {
    return null
  }
}

function readFileId(metadata: Record<string, string | null>): Id | null {
  const parsed = uuidSchema.safeParse(metadata['fileId'])
  return parsed.success ? parsed.data : null
}

/** What the client says it is, until the content was looked at. */
function toMediaType(given: string | null | undefined): string {
  return given && /^[a-z]+\/[\w.+-]{1,100}$/u.test(given) ? given : 'application/octet-stream'
}
