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
  br: (data: Buffer) => promisify(brotliCompress)(data, { params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } }),
  gzip: (data: Buffer) => promisify(gzip)(data),
} as const
type Encoding = keyof typeof compress

interface Compressed {
  readonly etag: string
  readonly data: Promise<Buffer>
}

/**
 * Serves the compressible files of a folder in the encoding that the browser reads, each compressed once per version of the file and not
 * per request. Everything else is left to the next handler.
 */
export function createCompressedFiles(
  folder: string,
  setHeaders: (response: Parameters<RequestHandler>[1], path: string) => void,
): RequestHandler {
  const files = new Map<string, Compressed>()

  async function find(path: string, encoding: Encoding): Promise<Compressed | null> {
    const stats = await stat(path).catch(() => null)
    if (!stats?.isFile() || stats.size < minBytes) return null
    const etag = `W/"${stats.size.toString(16)}-${stats.mtimeMs.toString(16)}-${encoding}"`
    const key = `${encoding} ${path}`
    const known = files.get(key)
    if (known?.etag === etag) return known
    const made = { etag, data: readFile(path).then(compress[encoding]) }
    files.set(key, made)
    made.data.catch(() => files.delete(key))
    return made
  }

  return async (request, response, next) => {
    const path = requestToPath(folder, request)
    const encoding = request.acceptsEncodings('br', 'gzip')
    if (path === null || request.headers.range !== undefined || (encoding !== 'br' && encoding !== 'gzip')) return next()
    const file = await find(path, encoding)
    if (file === null) return next()
    setHeaders(response, path)
    response.type(extname(path))
    response.setHeader('ETag', file.etag)
    response.setHeader('Content-Encoding', encoding)
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
