import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { servePage } from '../../test/serve-page.ts'
import { createTemporaryDirectory } from '../../testing/temporary-directory.ts'
import { createPage } from './page.ts'

const script = 'export const words = "again and again"\n'.repeat(100)

/** A page of three files, and a server that gives it out. */
async function openPage() {
  await using stack = new AsyncDisposableStack()
  const { path } = stack.use(await createTemporaryDirectory())
  await mkdir(join(path, 'assets'))
  await writeFile(join(path, 'index.html'), '<!doctype html><title>The page</title>')
  await writeFile(join(path, 'before-paint.js'), 'void 0')
  await writeFile(join(path, 'assets', 'index-1a2b3c4d.js'), script)
  const { url } = stack.use(await servePage(path))
  const opened = stack.move()
  return {
    path,
    ask: (address: string, headers: Record<string, string> = {}) => fetch(url + address, { headers }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

test('a file named after its content is cached forever; every other file is revalidated', async () => {
  await using page = await openPage()
  expect((await page.ask('/assets/index-1a2b3c4d.js')).headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  for (const address of ['/', '/index.html', '/c/019a7c3e-0000-7000-8000-000000000000', '/before-paint.js']) {
    const response = await page.ask(address, { accept: 'text/html' })
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control'), address).toBe('no-cache')
  }
})

test.each(['/assets/thread-0ld0ld00.js', '/assets/thread', '/assets/', '/missing.png'])(
  'a missing file, like %s, is 404 and no page, and is not cached',
  async (address) => {
    await using page = await openPage()
    const response = await page.ask(address)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toContain('application/json')
    expect(response.headers.get('cache-control')).toBe('no-store')
  },
)

test('a page that was replaced, by an earlier one too, is never taken for the one that a browser has', async () => {
  await using page = await openPage()
  const first = await page.ask('/')
  const known = {
    accept: 'text/html',
    'if-none-match': first.headers.get('etag') ?? '',
    'if-modified-since': new Date(Date.now() + 60_000).toUTCString(),
    // As a browser asks; left out, fetch says that it wants no answer from a cache.
    'cache-control': 'max-age=0',
  }
  expect((await page.ask('/c/anything', known)).status).toBe(304)
  await writeFile(join(page.path, 'index.html'), '<!doctype html><title>Another page</title>')
  const second = await page.ask('/', known)
  expect(second.status).toBe(200)
  expect(await second.text()).toContain('Another page')
})

test.each(['br', 'gzip'])('scripts travel compressed for a browser that reads %s', async (encoding) => {
  await using page = await openPage()
  const response = await page.ask('/assets/index-1a2b3c4d.js', { 'accept-encoding': encoding })
  expect(response.headers.get('content-encoding')).toBe(encoding)
  expect(response.headers.get('vary')).toMatch(/accept-encoding/iu)
  expect(await response.text()).toBe(script)
})

test.each(['/metrics', '/v1/models', '/api/uploads', '/.well-known/openid-configuration', '/c/anything', '/nothing'])(
  '[X6] %s answered a program with the page and 200: it is 404 with JSON (attack I9)',
  async (address) => {
    await using page = await openPage()
    for (const accept of ['*/*', 'application/json', 'text/plain;version=0.0.4']) {
      const response = await page.ask(address, { accept })
      expect([response.status, response.headers.get('content-type')]).toEqual([404, expect.stringContaining('application/json')])
    }
    const forBrowser = await page.ask(address, { accept: 'text/html,*/*;q=0.8' })
    expect(forBrowser.status).toBe(/^\/(?:c|nothing)/u.test(address) ? 200 : 404)
  },
)

test('a file was compressed again for each request: it is compressed once for each of its versions', async () => {
  await using page = await openPage()
  const ask = () => page.ask('/assets/index-1a2b3c4d.js', { 'accept-encoding': 'br', 'cache-control': 'max-age=0' })
  const first = await ask()
  const etag = first.headers.get('etag') ?? ''
  const known = await page.ask('/assets/index-1a2b3c4d.js', {
    'accept-encoding': 'br',
    'if-none-match': etag,
    'cache-control': 'max-age=0',
  })
  expect(known.status).toBe(304)
  await ask()
  await writeFile(join(page.path, 'assets', 'index-1a2b3c4d.js'), `${script}// changed`)
  const changed = await ask()
  expect(changed.headers.get('etag')).not.toBe(etag)
  expect(await changed.text()).toBe(`${script}// changed`)
})

test.each(['/../page.test.ts', '/%2e%2e/secret.js', '/assets/..%2f..%2fsecret.js', '/.hidden.js', '/%00.js'])(
  'a compressed answer is no way out of the folder: %s (attack E11)',
  async (address) => {
    await using page = await openPage()
    await writeFile(join(page.path, '.hidden.js'), script)
    expect((await page.ask(address, { 'accept-encoding': 'br' })).status).toBe(404)
  },
)

test('without a built page there is none', async () => {
  await using directory = await createTemporaryDirectory()
  expect(createPage({ folder: directory.path })).toBeUndefined()
})
