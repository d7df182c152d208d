import { randomUUID } from 'node:crypto'
import type { FileInfo, FileVariant } from '@holdfast/shared'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { createDocx, createFlatPng, createOdt, createPdf, createPptx, createXlsx } from './documents.ts'
import { refused } from './refused.ts'
import { createUpload, sendPiece, tusHeaders, upload } from './upload.ts'

let app: TestApp
let user: TestUser
const clock = { offsetMs: 0, now: () => new Date(Date.now() + clock.offsetMs) }
beforeAll(async () => {
  app = await createTestApp({ overrides: { clock } })
  user = await app.createUser()
})
afterAll(() => app[Symbol.asyncDispose]())

async function open(file: Pick<FileInfo, 'id'>, variant: FileVariant = 'original'): Promise<Response> {
  const { url } = await user.client.files.url.query({ fileId: file.id, variant })
  return fetch(app.url + url)
}

const red = (width = 40, height = 40) => sharp({ create: { width, height, channels: 3, background: '#f00' } })

describe('[U4] nothing that was uploaded is ever executed (attack H4)', () => {
  const headersOf = async (file: FileInfo) => {
    const response = await open(file)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'")
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    return [response.headers.get('content-type'), response.headers.get('content-disposition')?.split(';')[0]]
  }

  test('a picture is opened in place: the control for what follows', async () => {
    const file = await upload(app, user, await red().png().toBuffer(), { name: 'red.png', type: 'image/png' })
    expect([file.mediaType, ...(await headersOf(file))]).toEqual(['image/png', 'image/png', 'inline'])
  })

  test.each([
    ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>', 'image/svg+xml'],
    ['an SVG with a head', '<?xml version="1.0"?><!-- x --><svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml'],
    ['a page', '<!doctype html><script>alert(1)</script>', 'text/html'],
    ['a script', 'alert(document.cookie)', 'text/plain'],
    ['XML with a style sheet', '<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><a/>', 'application/xml'],
  ])('%s that is called a picture is a download of bytes', async (_, content, mediaType) => {
    const file = await upload(app, user, content, { name: 'photo.png', type: 'image/png' })
    expect(file).toMatchObject({ state: 'ready', mediaType })
    expect(file.width).toBeUndefined()
    expect(await headersOf(file)).toEqual(['application/octet-stream', 'attachment'])
    const text = await open(file, 'text')
    expect([text.headers.get('content-type'), await text.text()]).toEqual(['text/plain; charset=utf-8', content])
  })

  test('a PDF with a script is a download, and its text is read without running it', async () => {
    const file = await upload(app, user, createPdf(['First page', 'Second page']), { name: 'report.pdf' })
    expect(file).toMatchObject({ state: 'ready', mediaType: 'application/pdf', pages: 2 })
    expect(await headersOf(file)).toEqual(['application/pdf', 'attachment'])
    expect(await (await open(file, 'text')).text()).toBe('First page\n\nSecond page')
  })

  test('a picture that is also something else is only a picture afterwards (attack H6)', async () => {
    const page = '<script>alert(1)</script>'
    const jpeg = Buffer.concat([await red().jpeg().toBuffer(), createDocx('hidden'), Buffer.from(page)])
    const file = await upload(app, user, jpeg, { name: 'both.html', type: 'text/html' })
    expect(file).toMatchObject({ mediaType: 'image/jpeg', width: 40, height: 40 })
    const response = await open(file)
    expect(response.headers.get('content-disposition')).toBe('inline; filename=both.jpg')
    const bytes = Buffer.from(await response.arrayBuffer())
    expect([bytes.includes('script'), bytes.includes('word/document.xml'), bytes.length]).toEqual([false, false, file.bytes])

    const gif = await upload(app, user, 'GIF89a/*\u0001*/=1;alert(1)//', { name: 'code.gif' })
    expect(gif).toMatchObject({ state: 'refused', error: 'The picture is damaged or in a variant that is not supported.' })
  })
})

/** Made once: packing it takes a while. */
let packed: Uint8Array | null = null
const documentBomb = () => (packed ??= createDocx('text', { 'word/footnotes.xml': new Uint8Array(101 * 1024 * 1024).fill(32) }))

describe('bombs are refused, and what only looks like one is not (attack H5)', () => {
  test('a PNG of 40,000 × 40,000 pixels', async () => {
    const bomb = createFlatPng(40_000)
    expect(bomb.length).toBeLessThan(1_000_000)
    expect(await upload(app, user, bomb, { name: 'bomb.png' })).toMatchObject({
      state: 'refused',
      sha256: null,
      error: 'The picture has too many pixels. At most 64 million are accepted.',
    })
    expect(await upload(app, user, createFlatPng(4_000), { name: 'large.png' })).toMatchObject({ state: 'ready', width: 4_000 })
  })

  test('a document that unpacks to 101 MB', async () => {
    const bomb = documentBomb()
    expect(bomb.length).toBeLessThan(2_000_000)
    const message = 'The document unpacks to more than 100 MB, or has too many parts.'
    expect(await upload(app, user, bomb, { name: 'bomb.docx' })).toMatchObject({ state: 'refused', error: message })
    expect(await upload(app, user, createDocx('text'), { name: 'plain.docx' })).toMatchObject({
      state: 'ready',
      textCharacters: 4,
    })
  })

  test('a document that lies about its size', async () => {
    const bomb = Buffer.from(documentBomb())
    const real = Buffer.alloc(4)
    real.writeUInt32LE(101 * 1024 * 1024)
    for (let at = bomb.indexOf(real); at !== -1; at = bomb.indexOf(real, at)) bomb.writeUInt32LE(1_000, at)
    const { state } = await upload(app, user, bomb, { name: 'liar.docx' })
    expect(state).toBe('refused')
    expect(await user.client.system.info.query()).toMatchObject({ name: 'holdfast' })
  })
})

test.each([
  ['a document', createDocx('Plain words'), 'docx', 'Plain words'],
  ['a table', createXlsx(['Month', 'Sum']), 'xlsx', 'Month'],
  ['slides', createPptx('The plan'), 'pptx', 'The plan'],
  ['an OpenDocument', createOdt('Open words'), 'odt', 'Open words'],
])('the text of %s can be read', async (_, content, extension, expected) => {
  const file = await upload(app, user, content, { name: `file.${extension}` })
  expect(file.state).toBe('ready')
  expect(await (await open(file, 'text')).text()).toContain(expected)
  expect((await open(file)).headers.get('content-type')).toBe('application/octet-stream')
})

test('names cannot leave their folder, their line or their direction (attack H1)', async () => {
  const named = (name: string) => upload(app, user, 'x', { name })
  const file = await named('../..\\evil/re\r\nSet-Cookie: a=b\u202Etxt.exe')
  expect(file.name).toBe('reSet-Cookie: a=btxt.exe')
  const response = await open(file)
  expect([response.headers.get('set-cookie'), response.headers.get('content-disposition')]).toEqual([
    null,
    'attachment; filename="reSet-Cookie: a=btxt.exe"',
  ])
  expect([...(await named(`${'n'.repeat(300)}.txt`)).name].length).toBe(200)
  expect((await named('Übersicht „neu“.txt')).name).toBe('Übersicht „neu“.txt')
})

test('[U2] another user’s uploads are not found, and nobody else’s id can be taken (attack H2)', async () => {
  const stranger = await app.createUser()
  const fileId = randomUUID()
  await createUpload(app, user, 4, { fileId })
  const address = `${app.url}/api/uploads/${fileId}`
  const head = (who: TestUser) => fetch(address, { method: 'HEAD', headers: tusHeaders(who) })
  const piece = new TextEncoder().encode('data')
  expect((await head(stranger)).status).toBe(404)
  expect((await sendPiece(address, stranger, 0, piece)).status).toBe(404)
  expect((await fetch(address, { method: 'DELETE', headers: tusHeaders(stranger) })).status).toBe(404)
  expect((await createUpload(app, stranger, 4, { fileId })).status).toBe(409)
  expect((await fetch(address, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } })).status).toBe(401)
  expect((await head({ ...user, token: 'garbage' })).status).toBe(401)
  expect((await fetch(`${app.url}/api/uploads/${randomUUID()}`, { method: 'HEAD', headers: tusHeaders(user) })).status).toBe(404)
  expect((await fetch(`${app.url}/api/uploads/..%2Ffiles`, { method: 'HEAD', headers: tusHeaders(user) })).status).toBe(404)
  expect((await head(user)).status).toBe(200)
  expect((await sendPiece(address, user, 0, piece)).status).toBe(204)
  for (const call of [
    () => stranger.client.files.get.query({ fileId }),
    () => stranger.client.files.url.query({ fileId }),
    () => stranger.client.files.delete.mutate({ fileId }),
  ]) {
    expect(await refused(call())).toEqual({ code: 'NOT_FOUND', message: 'File not found' })
  }
  expect((await stranger.client.files.list.query({})).items).toEqual([])
})

test('an upload can be given up, and its id is free again', async () => {
  const fileId = randomUUID()
  await createUpload(app, user, 4, { fileId })
  const address = `${app.url}/api/uploads/${fileId}`
  expect((await fetch(address, { method: 'DELETE', headers: tusHeaders(user) })).status).toBe(204)
  expect((await refused(user.client.files.get.query({ fileId }))).code).toBe('NOT_FOUND')
  expect(await upload(app, user, 'other', { fileId, name: 'other.txt' })).toMatchObject({ id: fileId, state: 'ready' })
})

test('an address that was altered, has expired, or is for another file opens nothing (attack H3)', async () => {
  const file = await upload(app, user, await red().png().toBuffer(), { name: 'red.png' })
  const other = await upload(app, user, 'other', { name: 'other.txt' })
  const { url, expiresAt } = await user.client.files.url.query({ fileId: file.id })
  expect((await fetch(app.url + url)).status).toBe(200)
  const [path = '', search = ''] = url.split('?')
  const statusOf = async (change: (query: URLSearchParams) => void, at = path) => {
    const query = new URLSearchParams(search)
    change(query)
    return (await fetch(`${app.url}${at}?${query}`)).status
  }
  const signature = new URLSearchParams(search).get('signature') ?? ''
  expect(await statusOf((query) => query.set('signature', `${signature.slice(0, -2)}AA`))).toBe(403)
  expect(await statusOf((query) => query.set('signature', `${signature}=`))).toBe(403)
  expect(await statusOf((query) => query.delete('signature'))).toBe(403)
  expect(await statusOf((query) => query.set('variant', 'thumbnail'))).toBe(403)
  expect(await statusOf((query) => query.set('expires', '99999999999'))).toBe(403)
  expect(await statusOf(() => undefined, `/api/files/${other.id}`)).toBe(403)
  expect(await statusOf(() => undefined, `/api/files/${randomUUID()}`)).toBe(403)
  expect((await fetch(app.url + path, { headers: { authorization: `Bearer ${user.token}` } })).status).toBe(403)
  expect((await fetch(app.url + url, { method: 'POST' })).status).toBe(405)

  clock.offsetMs = Date.parse(expiresAt) - Date.now() - 5_000
  expect((await fetch(app.url + url)).status).toBe(200)
  clock.offsetMs += 5_001
  expect((await fetch(app.url + url)).status).toBe(403)
  clock.offsetMs = 0
})
