import { once } from 'node:events'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import S3rver from 's3rver'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'

/** What becomes of a request: `refuse` is 503, `cut` an answer that breaks off in its middle. */
export type S3Fault = (request: { readonly method: string; readonly path: string }) => 'refuse' | 'cut' | null

export interface S3Server extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string
  readonly bucket: string
  /** What a client has to have in its environment. */
  readonly env: Readonly<Record<string, string>>
  /** Null: nothing fails any more. */
  readonly setFault: (fault: S3Fault | null) => void
}

/** s3rver with an empty bucket, and the two operations on parts that it lacks: listing them and giving an upload up. */
export async function startS3Server(): Promise<S3Server> {
  const directory = await createTemporaryDirectory()
  const bucket = 'holdfast'
  const s3 = new S3rver({
    directory: directory.path,
    silent: true,
    allowMismatchedSignatures: true,
    configureBuckets: [{ name: bucket }],
  })
  await s3.configureBuckets()
  const serve = s3.callback()
  let fault: S3Fault | null = null
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const becomes = fault?.({ method: request.method ?? '', path: url.pathname }) ?? null
    if (becomes === 'refuse') {
      request.resume()
      return send(response, 503, '<Error><Code>ServiceUnavailable</Code><Message>Try again</Message></Error>')
    }
    if (becomes === 'cut') cutAnswer(response)
    const uploadId = url.searchParams.get('uploadId')
    const isAboutParts = uploadId !== null && (request.method === 'GET' || request.method === 'DELETE')
    if (!isAboutParts) return serve(request, response)
    answerAboutParts(request, response, join(s3.store.getResourcePath(bucket, undefined, 'uploads'), uploadId)).catch(
      (error: unknown) => response.destroy(error as Error),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bucket,
    setFault: (next) => {
      fault = next
    },
    env: { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' },
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await directory[Symbol.asyncDispose]()
    },
  }
}

/** Of the body, nothing but a part of its first piece arrives. */
function cutAnswer(response: ServerResponse): void {
  const { write } = response
  response.write = ((piece: Buffer) => {
    const cut = write as (this: ServerResponse, piece: Buffer, done: () => void) => boolean
    cut.call(response, piece.subarray(0, piece.length / 2), () => response.destroy())
    return true
  }) as typeof response.write
}

async function answerAboutParts(request: IncomingMessage, response: ServerResponse, folder: string): Promise<void> {
  request.resume()
  const names = await readdir(folder).catch(() => null)
  if (names === null) return send(response, 404, '<Error><Code>NoSuchUpload</Code><Message>There is none</Message></Error>')
  if (request.method === 'DELETE') {
    await rm(folder, { recursive: true })
    response.writeHead(204).end()
    return
  }
  const parts = await Promise.all(
    names
      .filter((name) => /^\d+$/u.test(name))
      .map(async (name) => {
        const { size } = await stat(join(folder, name))
        const hash = await readFile(join(folder, `${name}.md5`), 'utf8')
        return `<Part><PartNumber>${name}</PartNumber><ETag>"${hash}"</ETag><Size>${size}</Size></Part>`
      }),
  )
  send(response, 200, `<ListPartsResult><IsTruncated>false</IsTruncated>${parts.join('')}</ListPartsResult>`)
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`)
}
