import { randomUUID } from 'node:crypto'
import type { FileInfo } from '@holdfast/shared'
import { expect, vi } from 'vitest'
import type { TestApp, TestUser } from '../testing/create-test-app.ts'

export const tusHeaders = (user: Pick<TestUser, 'token'>) => ({ authorization: `Bearer ${user.token}`, 'tus-resumable': '1.0.0' })

export interface UploadOptions {
  readonly name?: string
  readonly type?: string
  readonly fileId?: string
  readonly purpose?: 'import'
}

export function toMetadata({ name = 'file', type, fileId, purpose }: UploadOptions): string {
  const pairs = {
    filename: name,
    ...(type === undefined ? {} : { filetype: type }),
    ...(fileId === undefined ? {} : { fileId }),
    ...(purpose === undefined ? {} : { purpose }),
  }
  return Object.entries(pairs)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',')
}

/** Creates an upload as a tus client does; nothing is sent yet. */
export function createUpload(
  app: Pick<TestApp, 'url'>,
  user: TestUser,
  bytes: number,
  options: UploadOptions = {},
): Promise<Response> {
  return fetch(`${app.url}/api/uploads`, {
    method: 'POST',
    headers: { ...tusHeaders(user), 'upload-length': String(bytes), 'upload-metadata': toMetadata(options) },
  })
}

/** Sends a piece of an upload. */
export function sendPiece(address: string, user: TestUser, offset: number, piece: Uint8Array<ArrayBuffer>): Promise<Response> {
  return fetch(address, {
    method: 'PATCH',
    headers: { ...tusHeaders(user), 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
    body: piece,
  })
}

/** Uploads a file as a whole and waits until it was examined. */
export async function upload(
  app: Pick<TestApp, 'url'>,
  user: TestUser,
  content: string | Uint8Array,
  options: UploadOptions = {},
): Promise<FileInfo> {
  const bytes = new Uint8Array(Buffer.from(content))
  const fileId = options.fileId ?? randomUUID()
  const created = await createUpload(app, user, bytes.length, { ...options, fileId })
  expect(created.status).toBe(201)
  if (bytes.length > 0) {
    const sent = await sendPiece(new URL(created.headers.get('location') ?? '', app.url).href, user, 0, bytes)
    expect(sent.status).toBe(204)
  }
  return waitForFile(user, fileId)
}

export function waitForFile(user: Pick<TestUser, 'client'>, fileId: string): Promise<FileInfo> {
  return vi.waitFor(
    async () => {
      const file = await user.client.files.get.query({ fileId })
      expect(file.state).not.toBe('uploading')
      return file
    },
    { timeout: 60_000, interval: 20 },
  )
}
