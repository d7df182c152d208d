import { randomUUID } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { collectOrphans, sweepStorage } from '../src/files/collect-orphans.ts'
import { openS3Storage } from '../src/files/storage/s3-storage.ts'
import { parseStorageUrl } from '../src/files/storage/storage-settings.ts'
import { openS3Uploads } from '../src/files/uploads/s3-uploads.ts'
import { createLogger } from '../src/platform/logger.ts'
import { createTestApp } from '../testing/create-test-app.ts'
import { startS3Server } from './s3-server.ts'
import { collect } from './collect.ts'
import { createUpload, sendPiece, tusHeaders, upload, waitForFile } from './upload.ts'

test(
  'files can be kept in a bucket: uploads go on in pieces, are served in parts, and leave nothing behind',
  { timeout: 120_000 },
  async () => {
    await using server = await startS3Server()
    for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value)
    const url = `s3://${server.bucket}/some/prefix?endpoint=${encodeURIComponent(server.endpoint)}`
    await using app = await createTestApp({ env: { STORAGE_URL: url } })
    const user = await app.createUser()
    const settings = parseStorageUrl(url)
    if (settings.kind !== 's3') throw new Error('not a bucket')
    using storage = openS3Storage(settings)
    using uploads = openS3Uploads(settings)

    // Larger than the smallest part, so that both whole parts and a rest are kept.
    const content = new Uint8Array(Buffer.from('0123456789'.repeat(700_000)))
    const fileId = randomUUID()
    await createUpload(app, user, content.length, { fileId, name: 'digits.txt' })
    const address = `${app.url}/api/uploads/${fileId}`
    expect((await sendPiece(address, user, 0, content.slice(0, 6_000_000))).status).toBe(204)
    const head = await fetch(address, { method: 'HEAD', headers: tusHeaders(user) })
    expect(head.headers.get('upload-offset')).toBe('6000000')
    expect((await sendPiece(address, user, 6_000_000, content.slice(6_000_000))).status).toBe(204)
    const file = await waitForFile(user, fileId)
    expect(file).toMatchObject({ state: 'ready', bytes: 7_000_000, textCharacters: 7_000_000 })

    const { url: path } = await user.client.files.url.query({ fileId })
    const part = await fetch(app.url + path, { headers: { range: 'bytes=6999998-' } })
    expect([part.status, await part.text()]).toEqual([206, '89'])
    const small = await upload(app, user, 'small', { name: 'small.txt' })
    await vi.waitFor(async () => expect(await collect(uploads.list())).toEqual([]), 60_000)
    const hashes = new Set((await collect(storage.list())).map((key) => key.split('/')[1]))
    expect(hashes).toEqual(new Set([file.sha256, small.sha256]))

    const unfinished = randomUUID()
    await createUpload(app, user, 10, { fileId: unfinished })
    await user.client.files.delete.mutate({ fileId })
    await user.client.files.delete.mutate({ fileId: unfinished })
    const { database } = app
    const deps = {
      database,
      clock: { now: () => new Date() },
      logger: createLogger('silent'),
      storage,
      uploads,
      keepDays: () => 7,
    }
    expect(await collectOrphans(deps)).toBe(2)
    await sweepStorage(deps)
    expect((await collect(storage.list())).every((key) => key.includes(small.sha256 ?? ''))).toBe(true)
    expect(await collect(uploads.list())).toEqual([])
    expect(await storage.size('no/such/key')).toBe(null)
    vi.unstubAllEnvs()
  },
)

test.each([
  ['s3://', 'must be file: with a directory, or s3://bucket/prefix?endpoint=…&region=…'],
  ['https://example.com', 'must be file: with a directory, or s3://bucket/prefix?endpoint=…&region=…'],
  ['s3://key:secret@bucket', 'must hold no keys: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'],
  ['s3://bucket?endpoint=minio:9000', 'endpoint must be an http:// or https:// address'],
  ['s3://bucket?key=x', 'key is not known: there are endpoint and region'],
])('STORAGE_URL=%s is refused', (value, message) => {
  expect(() => parseStorageUrl(value)).toThrow(message)
})

test('STORAGE_URL names a directory or a bucket', () => {
  expect(
    [undefined, 'file:', 'file:/srv/files', 'file:///srv/files', 's3://b/p/?region=eu-central-1'].map(parseStorageUrl),
  ).toEqual([
    { kind: 'disk', directory: null },
    { kind: 'disk', directory: null },
    { kind: 'disk', directory: '/srv/files' },
    { kind: 'disk', directory: '/srv/files' },
    { kind: 's3', bucket: 'b', prefix: 'p/', endpoint: null, region: 'eu-central-1' },
  ])
})
