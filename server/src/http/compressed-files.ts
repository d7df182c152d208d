import { readFile, stat } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Request, RequestHandler } from 'express'

const compressible = new Set(['.css', '.html', '.js', '.json', '.mjs', '.svg', '.txt', '.webmanifest', '.xml'])
const minBytes = 1024
/** Good enough, and done once: the strongest level takes seconds for the largest file. */
const brotliQuality = 6

const compress = {
  /** Of changed files, which nothing else can serve. */
  identity: async (data: Buffer) => data,
  br: (data: Buffer) => promisify(brotliCompress)(data, { params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } }),
  gzip: (data: Buffer) => promisify(gzip)(data),
} as const
type Encoding = keyof typeof compress

interface Compressed {
  readonly etag: string
  readonly data: Promise<Buffer>
}

export interface FileChange {
  /** Part of the ETag. */
  readonly version: string
  readonly apply: (text: string) => string
}

/**
 * Serves the compressible files of a folder in the encoding that the browser reads, each compressed once per version of the file and not
 * per request. Everything else is left to the next handler.
 * @param options.changes what is changed in some files before they are served, by their paths
 */
export function createCompressedFiles({
  folder,
  setHeaders,
  changes = {},
}: {
  readonly folder: string
  readonly setHeaders: (response: Parameters<RequestHandler>[1], path: string) => void
  readonly changes?: Readonly<Record<string, FileChange>>
}): RequestHandler {
  const files = new Map<string, Compressed>()

  async function find(path: string, encoding: Encoding): Promise<Compressed | null> {
    const stats = await stat(path).catch(() => null)
    const change = changes[path]
    if (!stats?.isFile() || (change === undefined && stats.size < minBytes)) return null
    const version = change === undefined ? '' : `-${change.version}`
    const etag = `W/"${stats.size.toString(16)}-${stats.mtimeMs.toString(16)}-${encoding}${version}"`
    const key = `${encoding} ${path}`
    const known = files.get(key)
    if (known?.etag === etag) return known
    const made = { etag, data: read(path, change).then(compress[encoding]) }
    files.set(key, made)
    made.data.catch(() => files.delete(key))
    return made
  }

  return async (request, response, next) => {
    const path = requestToPath(folder, request)
    if (path === null) return next()
    const isChanged = changes[path] !== undefined
    const encoding = toEncoding(request)
    if (!isChanged && (encoding === 'identity' || request.headers.range !== undefined)) return next()
    const file = await find(path, encoding)
    if (file === null) return next()
    setHeaders(response, path)
    response.type(extname(path))
    response.setHeader('ETag', file.etag)
    if (encoding !== 'identity') response.setHeader('Content-Encoding', encoding)
    response.vary('Accept-Encoding')
    if (request.fresh) {
      response.removeHeader('Content-Encoding')
      response.status(304).end()
      return
    }
    const data = await file.data
    response.setHeader('Content-Length', data.byteLength)
    response.end(request.method === 'HEAD' ? undefined : data)
  }
}

async function read(path: string, change: FileChange | undefined): Promise<Buffer> {
  return change === undefined ? readFile(path) : Buffer.from(change.apply(await readFile(path, 'utf8')))
}

function toEncoding(request: Request): Encoding {
  const encoding = request.acceptsEncodings('br', 'gzip')
  return encoding === 'br' || encoding === 'gzip' ? encoding : 'identity'
}

/** Null for what is no file of the folder, is hidden, or is not worth compressing. */
function requestToPath(folder: string, request: Request): string | null {
  if (request.method !== 'GET' && request.method !== 'HEAD') return null
  let name: string
  try {
    name = decodeURIComponent(request.path)
  } catch {
    return null
  }
  const path = normalize(join(folder, name))
  const isInside = path.startsWith(normalize(folder) + sep) && !name.includes('\0')
  const isHidden = name.split('/').some((part) => part.startsWith('.'))
  return isInside && !isHidden && compressible.has(extname(path)) ? path : null
}
