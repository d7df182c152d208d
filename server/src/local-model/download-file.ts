import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { errorToCode } from '../platform/error-codes.ts'
import { LocalModelError } from './local-model-error.ts'

export interface FileToDownload {
  readonly url: string
  /** Where it is put once its hash is right. Until then it is `<path>.partial`. */
  readonly path: string
  readonly bytes: number
  /** In hexadecimal. */
  readonly sha256: string
}

export interface DownloadOptions {
  readonly signal: AbortSignal
  /** How many bytes are there, and whether they are being read again for their hash. */
  readonly onProgress: (progress: { readonly step: 'download' | 'check'; readonly doneBytes: number }) => void
  /** After a break, in milliseconds; doubled with each one that brought nothing. */
  readonly pauseMs?: number
}

class TooLong extends LocalModelError {}

const maxFruitless = 5
/** The longest silence of the host. */
const silenceMs = 60_000
/** What is left free for everything else, the database above all. */
const spareBytes = 200_000_000

/**
 * Downloads a file, or the rest of it after a cut. It is used only when its size and hash are right; otherwise it is removed.
 * @throws LocalModelError for a person, or the reason of the signal
 */
export async function downloadFile(file: FileToDownload, options: DownloadOptions): Promise<void> {
  const { path, bytes } = file
  const { signal, onProgress, pauseMs = 1_000 } = options
  if ((await sizeOf(path)) === bytes) return
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const partial = `${path}.partial`
  await checkSpace(file, await sizeOf(partial))
  let fruitless = 0
  while ((await sizeOf(partial)) < bytes) {
    const before = await sizeOf(partial)
    try {
      await downloadOnce(file, before, options)
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof LocalModelError || isOfFileSystem(error)) throw error
      fruitless = (await sizeOf(partial)) > before ? 0 : fruitless + 1
      if (fruitless >= maxFruitless) {
        throw new LocalModelError(
          `${new URL(file.url).host} cannot be reached, or breaks off each time. What has arrived is kept: try again later.`,
          { cause: error },
        )
      }
      await wait(pauseMs * 2 ** fruitless, undefined, { signal })
    }
  }
  onProgress({ step: 'check', doneBytes: 0 })
  const { size, sha256 } = await readHash(partial, options)
  await rm(`${path}.etag`, { force: true })
  if (size !== bytes || sha256 !== file.sha256) {
    await rm(partial, { force: true })
    throw new LocalModelError('What arrived is not the file that was expected: its SHA-256 is another one. It was removed.')
  }
  await rename(partial, path)
}

async function downloadOnce({ url, path, bytes }: FileToDownload, offset: number, options: DownloadOptions): Promise<void> {
  const { signal, onProgress } = options
  const partial = `${path}.partial`
  const etag = offset === 0 ? null : await readText(`${path}.etag`)
  const silence = new AbortController()
  const timer = setTimeout(() => silence.abort(new Error('the host is silent')), silenceMs)
  try {
    const response = await fetch(url, {
      headers: offset === 0 ? {} : { range: `bytes=${offset}-`, ...(etag === null ? {} : { 'if-range': etag }) },
      signal: AbortSignal.any([signal, silence.signal]),
    })
    if (!response.ok || !response.body) {
      await response.body?.cancel()
      throw statusToError(response.status, url)
    }
    // Without a range, or with another one than was asked for, the file begins anew.
    const isRest = response.status === 206 && (response.headers.get('content-range') ?? '').startsWith(`bytes ${offset}-`)
    if (response.status === 206 && !isRest) {
      await response.body.cancel()
      await rm(partial, { force: true })
      throw new Error('another part was sent')
    }
    const validator = response.headers.get('etag')
    // A weak one does not say that the bytes are the same.
    if (validator === null || validator.startsWith('W/')) await rm(`${path}.etag`, { force: true })
    else await writeFile(`${path}.etag`, validator)
    let done = isRest ? offset : 0
    onProgress({ step: 'download', doneBytes: done })
    await using file = await open(partial, isRest ? 'a' : 'w', 0o600)
    for await (const chunk of response.body) {
      timer.refresh()
      done += chunk.byteLength
      if (done > bytes) throw new TooLong('The host sends more than the model has: it is another file. Nothing was kept.')
      // Each piece is in the file before the next one is waited for: what has arrived is kept, however it ends.
      await file.write(chunk)
      onProgress({ step: 'download', doneBytes: done })
    }
    if (done < bytes) throw new Error('the file broke off')
  } catch (error) {
    if (error instanceof TooLong) await rm(partial, { force: true })
    throw error
  } finally {
    clearTimeout(timer)
  }
}

function statusToError(status: number, url: string): Error {
  const { host } = new URL(url)
  // The host may be well again in a moment.
  if (status >= 500 || status === 429 || status === 408) return new Error(`status ${status}`)
  if (status === 404 || status === 410) return new LocalModelError(`${host} does not have this model at its address.`)
  return new LocalModelError(`${host} does not give this model out (status ${status}).`)
}

async function checkSpace({ path, bytes }: FileToDownload, there: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(path))
  const missing = bytes - there + spareBytes - bavail * bsize
  if (missing <= 0) return
  const megabytes = Math.ceil(missing / 1_000_000)
  throw new LocalModelError(`There is not enough room on the disk of DATA_DIR: free ${megabytes} MB more, then try again.`)
}

async function readHash(path: string, { signal, onProgress }: DownloadOptions): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024, signal }) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    size += chunk.length
    onProgress({ step: 'check', doneBytes: size })
  }
  return { size, sha256: hash.digest('hex') }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (errorToCode(error) === 'ENOENT') return 0
    throw error
  }
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errorToCode(error) === 'ENOENT') return null
    throw error
  }
}

function isOfFileSystem(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS'].includes(errorToCode(error) ?? '')
}
