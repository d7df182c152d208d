import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createUpload, sendPiece, waitForFile } from '../../../../server/test/upload.ts'
import { createTestApp, type TestApp, type TestUser } from '../../../../server/testing/create-test-app.ts'
import { FileRefusedError } from '../transport/failure.ts'
import { sendBytes, type SendBytesOptions } from './send-bytes.ts'
import { TokenRefusedError } from './token-refused-error.ts'

let app: TestApp
let user: TestUser
beforeAll(async () => {
  app = await createTestApp({ env: { FILE_MAX_BYTES: '1000000' } })
  user = await app.createUser()
})
afterAll(() => app[Symbol.asyncDispose]())

const text = 'Kelp holds. '.repeat(1_000)
const hash = createHash('sha256').update(text).digest('hex')

function createOptions(change: Partial<SendBytesOptions> = {}): SendBytesOptions {
  return {
    endpoint: `${app.url}/api/uploads`,
    fileId: randomUUID(),
    name: 'kelp.txt',
    mediaType: 'text/plain',
    blob: new Blob([text], { type: 'text/plain' }),
    isRepeat: false,
    getToken: async () => user.token,
    onSent: () => undefined,
    signal: new AbortController().signal,
    ...change,
  }
}

test('the bytes arrive as they are, under the id of the client', async () => {
  const sent: number[] = []
  const options = createOptions({ onSent: (bytes) => sent.push(bytes) })
  await sendBytes(options)
  expect(await waitForFile(user, options.fileId)).toMatchObject({ state: 'ready', name: 'kelp.txt', sha256: hash })
  expect(sent.at(-1)).toBe(text.length)
})

test('an upload goes on at the offset that the server has; one that it does not have begins', async () => {
  const fileId = randomUUID()
  await createUpload(app, user, text.length, { name: 'kelp.txt', fileId })
  await sendPiece(`${app.url}/api/uploads/${fileId}`, user, 0, new TextEncoder().encode(text.slice(0, 5_000)))
  const sent: number[] = []
  await sendBytes(createOptions({ fileId, isRepeat: true, onSent: (bytes) => sent.push(bytes) }))
  expect(sent.every((bytes) => bytes >= 5_000)).toBe(true)
  expect(await waitForFile(user, fileId)).toMatchObject({ state: 'ready', sha256: hash })
  const unknown = createOptions({ isRepeat: true })
  await sendBytes(unknown)
  expect(await waitForFile(user, unknown.fileId)).toMatchObject({ state: 'ready', sha256: hash })
  await expect(sendBytes({ ...unknown, isRepeat: true }), 'once more').resolves.toBeUndefined()
})

test('[U8] a file for which there is no room is refused with a sentence, and not tried again', async () => {
  const { settings } = await user.client.admin.settings.get.query()
  const { limits } = settings
  await user.client.admin.settings.update.mutate({ limits: { ...limits, admin: { ...limits.admin, bytesStored: 1 } } })
  try {
    const refusal = await sendBytes(createOptions()).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(FileRefusedError)
    expect((refusal as Error).message).toMatch(/^Your files may have 1 byte together/u)
  } finally {
    await user.client.admin.settings.update.mutate({ limits })
  }
})

test('a file that is too large, a token that is refused and a server that is away are told apart', async () => {
  const large = new Blob([new Uint8Array(1_000_001)])
  const tooLarge = sendBytes(createOptions({ blob: large }))
  await expect(tooLarge).rejects.toThrow(FileRefusedError)
  await expect(tooLarge).rejects.toThrow(/1000000/u)
  await expect(sendBytes(createOptions({ getToken: async () => 'no token' }))).rejects.toThrow(TokenRefusedError)
  const away = await sendBytes(createOptions({ endpoint: 'http://127.0.0.1:9/api/uploads' })).catch((error: unknown) => error)
  expect(away).toBeInstanceOf(Error)
  expect(away).not.toBeInstanceOf(FileRefusedError)
})

test('an upload that was stopped sends nothing more', async () => {
  const stop = new AbortController()
  stop.abort()
  const options = createOptions({ signal: stop.signal })
  await expect(sendBytes(options)).rejects.toThrow()
  await expect(user.client.files.get.query({ fileId: options.fileId })).rejects.toMatchObject({ data: { code: 'NOT_FOUND' } })
})
