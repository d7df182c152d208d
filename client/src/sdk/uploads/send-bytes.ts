import { createDeferred } from '../../lib/deferred.ts'
import { FileRefusedError } from '../transport/failure.ts'
import { TokenRefusedError } from './token-refused-error.ts'
import type { UploadPurpose } from './upload-item.ts'

export interface SendBytesOptions {
  /** Where uploads are made. */
  readonly endpoint: string
  readonly fileId: string
  readonly name: string
  readonly mediaType: string
  readonly blob: Blob
  readonly purpose?: UploadPurpose
  /** The server may have a part of it already. */
  readonly isRepeat: boolean
  /** Gives the token for the next request. */
  readonly getToken: () => Promise<string>
  /** Bytes that the server has, or that are on their way to it. */
  readonly onSent: (bytes: number) => void
  readonly signal: AbortSignal
}

/** A request on a dead connection shows no progress, and no error either. */
const stalledMs = 30_000

/**
 * Sends the bytes of a file by the tus protocol, from the offset that the server has.
 * @throws FileRefusedError when the server does not take this file, TokenRefusedError, and any other error when it can be tried again.
 */
export async function sendBytes(options: SendBytesOptions): Promise<void> {
  const { endpoint, fileId, name, mediaType, blob, purpose, isRepeat, getToken, onSent, signal } = options
  const { DetailedError, Upload } = await import('tus-js-client')
  const { promise, resolve, reject } = createDeferred<void>()
  let token = ''
  let watchdog: ReturnType<typeof setTimeout> | undefined
  const upload = new Upload(await blobToSource(blob), {
    endpoint,
    // The upload of a file is named after it. Where the server does not have it, it is made.
    uploadUrl: isRepeat ? `${endpoint}/${fileId}` : null,
    metadata: { filename: name, filetype: mediaType, fileId, ...(purpose === undefined ? {} : { purpose }) },
    // Trying again is the caller's, which knows the connection.
    retryDelays: null,
    storeFingerprintForResuming: false,
    onBeforeRequest: async (request) => {
      token = await getToken()
      request.setHeader('Authorization', `Bearer ${token}`)
    },
    onProgress: (bytes) => {
      watch()
      onSent(bytes)
    },
    onSuccess: () => resolve(),
    onError: (error) => {
      const response = error instanceof DetailedError ? error.originalResponse : null
      const status = response?.getStatus() ?? 0
      if (status === 401) reject(new TokenRefusedError(token))
      else if (isFinal(status))
        reject(new FileRefusedError(bodyToMessage(response?.getBody()) || error.message, { cause: error }))
      else reject(error)
    },
  })
  const giveUp = (error: Error) => {
    void upload.abort()
    reject(error)
  }
  const watch = () => {
    clearTimeout(watchdog)
    watchdog = setTimeout(() => giveUp(new Error('the upload has stalled')), stalledMs)
  }
  const onAbort = () => giveUp(new Error('the upload was stopped'))
  signal.addEventListener('abort', onAbort)
  try {
    signal.throwIfAborted()
    watch()
    upload.start()
    await promise
  } finally {
    clearTimeout(watchdog)
    signal.removeEventListener('abort', onAbort)
  }
}

/** tus answers with a line of text, and a limit with JSON. */
function bodyToMessage(body = ''): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown }
    return typeof message === 'string' ? message : body
  } catch {
    return body
  }
}

/** Outside of browsers the library reads buffers, not blobs. */
async function blobToSource(blob: Blob): Promise<Blob> {
  if (typeof document !== 'undefined') return blob
  // The library's types are those of its build for browsers.
  return Buffer.from(await blob.arrayBuffer()) as unknown as Blob
}

/** 404 and 410: it is made anew. 409 and 423: the offset has changed, or another request still holds the upload. */
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && ![404, 408, 409, 410, 423, 425, 429].includes(status)
}
