import { createHash } from 'node:crypto'
import type { Message } from '@holdfast/shared'
import sharp from 'sharp'
import { afterEach, expect, test, vi } from 'vitest'
import { openS3Storage } from '../src/files/storage/s3-storage.ts'
import { parseStorageUrl } from '../src/files/storage/storage-settings.ts'
import { createTestApp } from '../testing/create-test-app.ts'
import { collect } from './collect.ts'
import { makeManyConversations } from './import-fixtures/many-conversations.ts'
import { refused } from './refused.ts'
import { waitForImport } from './run-import.ts'
import { startS3Server } from './s3-server.ts'
import { createSeededRandom } from './seeded-random.ts'
import { upload } from './upload.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

const count = 12
const pictureEvery = 4
/** More than the smallest part of an upload to a bucket, so that the archive arrives in several. */
const noiseBytes = 6_000_000

function makeNoise(): Uint8Array {
  const random = createSeededRandom(1)
  return Uint8Array.from({ length: noiseBytes }, () => Math.floor(random() * 256))
}

test('an archive in a bucket is imported, and its pictures are kept there', async () => {
  await using server = await startS3Server()
  for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value)
  const storageUrl = `s3://${server.bucket}/some/prefix?endpoint=${encodeURIComponent(server.endpoint)}`
  await using app = await createTestApp({ env: { STORAGE_URL: storageUrl } })
  const user = await app.createUser()
  const settings = parseStorageUrl(storageUrl)
  if (settings.kind !== 's3') throw new Error('not a bucket')
  using storage = openS3Storage(settings)

  const archive = makeManyConversations(count, { pictureEvery, others: { 'sora/noise.mp4': makeNoise() } })
  const { id: fileId, sha256 } = await upload(app, user, archive, { name: 'export.zip', purpose: 'import' })
  const importAgain = async () => waitForImport(user, (await user.client.imports.start.mutate({ fileId })).id)
  const done = await importAgain()
  const pictures = count / pictureEvery
  expect(done).toMatchObject({ source: 'chatgpt', state: 'done', total: count, conversations: count, messages: count * 3 })
  expect(done.problems).toHaveLength(pictures)
  expect(done.problems.every(({ why }) => why === 'The archive does not hold it')).toBe(true)

  const hashes = new Set([sha256])
  const sizes: number[] = []
  for (const { id: conversationId } of (await user.client.conversations.list.query({ limit: 100 })).items) {
    const { messages } = await user.client.conversations.export.query({ conversationId, limit: 10 })
    for (const part of (messages as Message[]).flatMap(({ parts }) => parts)) {
      if (part.type !== 'file') continue
      const bytes = await Promise.all(
        (['original', 'thumbnail'] as const).map(async (variant) => {
          const { url } = await user.client.files.url.query({ fileId: part.fileId, variant })
          const response = await fetch(app.url + url)
          expect(response.status).toBe(200)
          return Buffer.from(await response.arrayBuffer())
        }),
      )
      const [original, thumbnail] = await Promise.all(bytes.map((content) => sharp(content).metadata()))
      expect([original?.format, thumbnail?.format]).toEqual(['png', 'webp'])
      expect(part).toMatchObject({ mediaType: 'image/png', width: original?.width, bytes: bytes[0]?.length })
      sizes.push(original?.width ?? 0)
      hashes.add(
        createHash('sha256')
          .update(bytes[0] ?? '')
          .digest('hex'),
      )
    }
  }
  // Each conversation has its own picture.
  expect(sizes.toSorted((one, other) => one - other)).toEqual([4, 8, 12])
  const kept = await collect(storage.list())
  expect(new Set(kept.map((key) => key.split('/')[1]))).toEqual(hashes)

  expect(await importAgain()).toMatchObject({ state: 'done', conversations: 0, messages: 0, skipped: count })
  expect(new Set(await collect(storage.list()))).toEqual(new Set(kept))
})

test(
  'a storage that fails in the middle of an import was called damage, or lost a conversation: the import waits for it',
  { timeout: 120_000 },
  async () => {
    await using server = await startS3Server()
    for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value)
    const storageUrl = `s3://${server.bucket}?endpoint=${encodeURIComponent(server.endpoint)}`
    await using app = await createTestApp({ env: { STORAGE_URL: storageUrl } })
    const user = await app.createUser()
    const archive = makeManyConversations(count, { pictureEvery })
    const { id: fileId } = await upload(app, user, archive, { name: 'export.zip', purpose: 'import' })

    let reads = 0
    const start = () => user.client.imports.start.mutate({ fileId })
    server.setFault(({ method }) => (method === 'GET' && (reads += 1) > 1 ? 'refuse' : null))
    expect((await refused(start())).code).toBe('INTERNAL_SERVER_ERROR')

    // The client of the bucket tries again by itself: what counts is how often the import had to wait. An item is tried three times.
    const waits = () => app.logs.filter(({ event }) => event === 'import-waits').length
    const isRunning = () => app.logs.some(({ event }) => event === 'import-started')
    reads = 0
    let cuts = 0
    server.setFault(({ method }) => {
      if (!isRunning()) return null
      if (method === 'PUT') return waits() < 5 ? 'refuse' : null
      if (method !== 'GET') return null
      reads += 1
      if (waits() === 0) return reads > 1 ? 'refuse' : null
      if (waits() > 1 || reads < 8) return null
      cuts += 1
      return 'cut'
    })
    const done = await waitForImport(user, (await start()).id)
    expect(waits()).toBe(5)
    expect(cuts).toBeGreaterThan(0)
    expect(done).toMatchObject({ state: 'done', total: count, conversations: count, messages: count * 3, skipped: 0 })
    expect(done.problems.map(({ why }) => why)).toEqual(
      Array.from({ length: count / pictureEvery }, () => 'The archive does not hold it'),
    )
    const { items } = await user.client.files.list.query({})
    expect(items.filter(({ mediaType, state }) => mediaType === 'image/png' && state === 'ready')).toHaveLength(
      count / pictureEvery,
    )
  },
)
