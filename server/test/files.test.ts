import { randomUUID } from 'node:crypto'
import sharp from 'sharp'
import { Upload } from 'tus-js-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { heicPicture } from './heic-picture.ts'
import { createUpload, sendPiece, tusHeaders, upload, waitForFile } from './upload.ts'

/** Red on the left, green on the right. */
const halves = {
  create: { width: 64, height: 48, channels: 3, background: '#0a0' },
} as const
const half = { input: { create: { width: 32, height: 48, channels: 3, background: '#c00' } }, left: 0, top: 0 } as const

describe('files', () => {
  let app: TestApp
  let user: TestUser
  beforeAll(async () => {
    app = await createTestApp()
    user = await app.createUser()
  })
  afterAll(() => app[Symbol.asyncDispose]())

  test('[U1] an upload becomes a file; its id is the client’s, and a repeat is the same file', async () => {
    const fileId = randomUUID()
    const created = await createUpload(app, user, 11, { name: 'notes.md', fileId })
    expect([created.status, created.headers.get('location')]).toEqual([201, `/api/uploads/${fileId}`])
    expect(await user.client.files.get.query({ fileId })).toMatchObject({ state: 'uploading', bytes: 11, sha256: null })

    const address = `${app.url}/api/uploads/${fileId}`
    expect((await sendPiece(address, user, 0, new TextEncoder().encode('# Hell'))).status).toBe(204)
    const again = await createUpload(app, user, 11, { name: 'notes.md', fileId })
    expect([again.status, again.headers.get('location'), again.headers.get('upload-offset')]).toEqual([
      201,
      `/api/uploads/${fileId}`,
      '6',
    ])
    const head = await fetch(address, { method: 'HEAD', headers: tusHeaders(user) })
    expect([head.status, head.headers.get('upload-offset'), head.headers.get('upload-length')]).toEqual([200, '6', '11'])
    expect((await sendPiece(address, user, 6, new TextEncoder().encode('o you'))).status).toBe(204)

    const file = await waitForFile(user, fileId)
    expect(file).toMatchObject({ name: 'notes.md', mediaType: 'text/markdown', state: 'ready', bytes: 11, textCharacters: 11 })
    expect(file.sha256).toMatch(/^[0-9a-f]{64}$/u)
    const finished = await fetch(address, { method: 'HEAD', headers: tusHeaders(user) })
    expect([finished.status, finished.headers.get('upload-offset')]).toEqual([200, '11'])
    expect((await createUpload(app, user, 11, { fileId })).status).toBe(201)
    expect((await createUpload(app, user, 12, { fileId })).status).toBe(409)
    expect((await user.client.files.list.query({})).items.map(({ id }) => id)).toContain(fileId)
  })

  test('a picture is turned upright, loses its EXIF data, and gets a thumbnail', async () => {
    const picture = await sharp({ create: { width: 800, height: 400, channels: 3, background: '#0a0' } })
      .withExif({ IFD0: { Copyright: 'secret place' }, IFD3: { GPSLatitudeRef: 'N' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    expect(picture.includes('Exif')).toBe(true)
    const file = await upload(app, user, picture, { name: 'photo.jpg', type: 'image/jpeg' })
    expect(file).toMatchObject({ state: 'ready', mediaType: 'image/jpeg', width: 400, height: 800 })

    const { url } = await user.client.files.url.query({ fileId: file.id })
    const original = await fetch(app.url + url)
    expect(Object.fromEntries(original.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-disposition': 'inline; filename=photo.jpg',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'cache-control': 'private, max-age=300',
    })
    const bytes = Buffer.from(await original.arrayBuffer())
    expect([bytes.length, bytes.includes('Exif'), bytes.includes('secret')]).toEqual([file.bytes, false, false])

    const thumbnail = await fetch(app.url + (await user.client.files.url.query({ fileId: file.id, variant: 'thumbnail' })).url)
    const { width, height, format } = await sharp(Buffer.from(await thumbnail.arrayBuffer())).metadata()
    expect([width, height, format, thumbnail.headers.get('content-type')]).toEqual([256, 512, 'webp', 'image/webp'])
  })

  test.each([
    ['HEIC', () => heicPicture],
    ['AVIF', async () => sharp(halves).composite([half]).removeAlpha().avif().toBuffer()],
  ])('a picture in %s becomes a JPEG, which every browser and model takes', async (format, create) => {
    const name = `photo.${format.toLowerCase()}`
    const file = await upload(app, user, await create(), { name })
    expect(file).toMatchObject({ state: 'ready', name, mediaType: 'image/jpeg', width: 64, height: 48 })
    const response = await fetch(app.url + (await user.client.files.url.query({ fileId: file.id })).url)
    expect(response.headers.get('content-disposition')).toBe('inline; filename=photo.jpg')
    const { data, info } = await sharp(Buffer.from(await response.arrayBuffer()))
      .raw()
      .toBuffer({ resolveWithObject: true })
    const pixel = (x: number) => [...data.subarray((24 * info.width + x) * info.channels).subarray(0, 2)]
    const [leftRed = 0, leftGreen = 0] = pixel(8)
    const [rightRed = 0, rightGreen = 0] = pixel(56)
    expect([leftRed > leftGreen, rightGreen > rightRed]).toEqual([true, true])
  })

  test('a part of a file is served, and what has not changed is not sent again', async () => {
    const file = await upload(app, user, 'abcdefghij', { name: 'letters.txt' })
    const address = app.url + (await user.client.files.url.query({ fileId: file.id })).url
    const part = await fetch(address, { headers: { range: 'bytes=2-4' } })
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 2-4/10', 'cde'])
    expect((await fetch(address, { headers: { range: 'bytes=20-' } })).status).toBe(416)
    const whole = await fetch(address)
    expect([await whole.text(), whole.headers.get('content-disposition')]).toEqual([
      'abcdefghij',
      'attachment; filename=letters.txt',
    ])
    const etag = whole.headers.get('etag') ?? ''
    expect((await fetch(address, { headers: { 'if-none-match': etag } })).status).toBe(304)
  })

  test('tus-js-client uploads in pieces', async () => {
    const fileId = randomUUID()
    const content = Buffer.from('0123456789'.repeat(5_000))
    await new Promise<void>((resolve, reject) => {
      const tus = new Upload(content, {
        endpoint: `${app.url}/api/uploads`,
        headers: { authorization: `Bearer ${user.token}` },
        metadata: { filename: 'digits.txt', filetype: 'text/plain', fileId },
        chunkSize: 20_000,
        retryDelays: null,
        onSuccess: () => resolve(),
        onError: reject,
      })
      tus.start()
    })
    expect(await waitForFile(user, fileId)).toMatchObject({ name: 'digits.txt', bytes: 50_000, state: 'ready' })
  })

  test('a file above the limit is refused before a byte of it is kept', async () => {
    const refused = await createUpload(app, user, 26_214_401)
    expect(refused.status).toBe(413)
    expect((await createUpload(app, user, 26_214_400)).status).toBe(201)
  })
})
