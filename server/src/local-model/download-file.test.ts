import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createSeededRandom } from '../../test/seeded-random.ts'
import { createTemporaryDirectory } from '../../testing/temporary-directory.ts'
import { downloadFile } from './download-file.ts'

const random = createSeededRandom(13)
const content = Buffer.from(Array.from({ length: 300_000 }, () => Math.floor(random() * 256)))
const sha256 = createHash('sha256').update(content).digest('hex')

/** After how many bytes the host breaks each request off, once they have arrived. */
let cuts: number[] = []
let cut: { readonly at: number; readonly now: () => void } | null = null
let etag = '"one"'
let served = content
let status = 200
const requests: IncomingHttpHeaders[] = []

const host = createServer((request, response) => {
  requests.push(request.headers)
  if (status !== 200) return response.writeHead(status).end()
  const { range, 'if-range': condition = etag } = request.headers
  const offset = range !== undefined && condition === etag ? Number(/^bytes=(\d+)-$/u.exec(range)?.[1]) : 0
  const rest = served.subarray(offset)
  const headers = { etag, 'content-length': String(rest.length) }
  if (offset === 0) response.writeHead(200, headers)
  else response.writeHead(206, { ...headers, 'content-range': `bytes ${offset}-${served.length - 1}/${served.length}` })
  const length = cuts.shift()
  if (length === undefined) return response.end(rest)
  cut = { at: Math.min(offset + length, served.length), now: () => response.destroy() }
  return response.write(rest.subarray(0, length))
})
let url = ''
let directory: Awaited<ReturnType<typeof createTemporaryDirectory>>
let path = ''

beforeAll(async () => {
  host.listen(0, '127.0.0.1')
  await once(host, 'listening')
  url = `http://127.0.0.1:${(host.address() as AddressInfo).port}/a/model.gguf`
})
beforeEach(async () => {
  directory = await createTemporaryDirectory()
  path = join(directory.path, 'models', 'model.gguf')
  cuts = []
  etag = '"one"'
  served = content
  status = 200
  requests.length = 0
  return () => directory[Symbol.asyncDispose]()
})
afterAll(() => {
  host.close()
  host.closeAllConnections()
})

const breakOff = (doneBytes: number) => {
  if (!cut || doneBytes < cut.at) return
  cut.now()
  cut = null
}
const download = (more: Partial<Parameters<typeof downloadFile>[1]> = {}, wanted = sha256) =>
  downloadFile(
    { url, path, bytes: content.length, sha256: wanted },
    { signal: new AbortController().signal, onProgress: ({ doneBytes }) => breakOff(doneBytes), pauseMs: 1, ...more },
  )
const names = async () => (await readdir(join(directory.path, 'models'))).toSorted()

test('a download that is cut at any byte continues there, and every byte is fetched once', async () => {
  cuts = Array.from({ length: 8 }, () => 1 + Math.floor(random() * 35_000))
  const seen: number[] = []
  const ends = cuts.map((_, index) => cuts.slice(0, index + 1).reduce((sum, length) => sum + length, 0))
  await download({
    onProgress: ({ step, doneBytes }) => {
      if (step === 'check') return
      seen.push(doneBytes)
      breakOff(doneBytes)
    },
  })
  expect((await readFile(path)).equals(content)).toBe(true)
  expect(await names()).toEqual(['model.gguf'])
  expect(requests.map(({ range }) => range)).toEqual([undefined, ...ends.map((end) => `bytes=${end}-`)])
  expect(requests.slice(1).every((headers) => headers['if-range'] === etag)).toBe(true)
  expect(seen.at(-1)).toBe(content.length)
  expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  // What is there is not fetched again.
  const before = requests.length
  await download()
  expect(requests.length).toBe(before)
})

test('a file that has changed between two parts begins anew', async () => {
  cuts = [100_000]
  const old = Buffer.from(content).fill(0)
  served = old
  let isChanged = false
  await download({
    onProgress: ({ doneBytes }) => {
      if (!isChanged && doneBytes === 100_000) {
        isChanged = true
        served = content
        etag = '"two"'
      }
      breakOff(doneBytes)
    },
  })
  expect((await readFile(path)).equals(content)).toBe(true)
  expect(requests[1]).toMatchObject({ 'if-range': '"one"' })
})

test('a file with another hash is refused and removed, and the right one is fetched after it', async () => {
  served = Buffer.from(content)
  served[123_456] = (served[123_456] ?? 0) ^ 1
  await expect(download()).rejects.toThrow('its SHA-256 is another one')
  expect(await names()).toEqual([])
  served = content
  await download()
  expect((await stat(path)).size).toBe(content.length)
})

test('a host that sends more than the file has is not believed', async () => {
  served = Buffer.concat([content, Buffer.from('more')])
  await expect(download()).rejects.toThrow('it is another file')
  expect(await names()).not.toContain('model.gguf.partial')
  expect(await names()).not.toContain('model.gguf')
})

test('a download that is cancelled keeps what has arrived, and a later one continues', async () => {
  cuts = [150_000]
  const stopped = new AbortController()
  const reason = new Error('cancelled')
  await expect(
    download({
      signal: stopped.signal,
      onProgress: ({ doneBytes }) => {
        if (doneBytes > 0) stopped.abort(reason)
      },
    }),
  ).rejects.toThrow()
  expect(await names()).not.toContain('model.gguf')
  const { size } = await stat(`${path}.partial`)
  await download()
  expect((await readFile(path)).equals(content)).toBe(true)
  expect(requests.at(-1)?.range).toBe(size === 0 ? undefined : `bytes=${size}-`)
})

test('what a person has to know is said: not there, not reachable, no longer whole', async () => {
  status = 404
  await expect(download()).rejects.toThrow('does not have this model')
  status = 403
  await expect(download()).rejects.toThrow('status 403')
  status = 503
  await expect(download()).rejects.toThrow('cannot be reached, or breaks off each time')
  expect(requests).toHaveLength(7)
  status = 200
  await writeFile(`${path}.partial`, Buffer.alloc(content.length))
  await expect(download()).rejects.toThrow('SHA-256')
})
