import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import OpenAI from 'openai'
import { Upload } from 'tus-js-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPage } from '../src/http/page.ts'
import { connect, createTestApp, createTestUser, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { createPathProxy, type PathProxy, type ProxyKind } from '../testing/path-proxy.ts'
import { createScriptedProvider, tokensText, type ScriptedProvider } from '../testing/scripted-provider/index.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'
import { ask, send } from './send.ts'
import { follow } from './follow.ts'
import { callTool, connectMcp, createAccessToken } from './mcp/connect-mcp.ts'
import { testPassword } from './every-procedure.ts'
import { waitForFile } from './upload.ts'

const html = [
  '<!doctype html><meta name="holdfast-base-path" content=""><link rel="icon" href="/favicon.svg">',
  '<a href="https://example.com/">out</a><a href="//example.com/">out</a><a href="#main">in</a>',
  '<script type="module" src="/assets/index-1a2b3c4d.js"></script>',
].join('\n')

async function createPageFolder() {
  const directory = await createTemporaryDirectory()
  await mkdir(join(directory.path, 'assets'))
  await writeFile(join(directory.path, 'index.html'), html)
  await writeFile(join(directory.path, 'assets', 'index-1a2b3c4d.js'), 'void 0')
  return directory
}

/** A server under `/chat` of a proxy, which others reach. */
async function openBehind(kind: ProxyKind, provider: ScriptedProvider, env: Readonly<Record<string, string>> = {}) {
  await using stack = new AsyncDisposableStack()
  const proxy = stack.use(await createPathProxy(kind, '/chat'))
  const folder = stack.use(await createPageFolder())
  const page = async (_server: unknown, basePath: string) => {
    const made = createPage({ folder: folder.path, basePath })
    if (!made) throw new Error('there is no page')
    return made
  }
  const app = stack.use(await createTestApp({ provider, env: { PUBLIC_URL: proxy.url, ...env }, overrides: { page } }))
  proxy.leadTo(app.url)
  const opened = stack.move()
  return { proxy, app, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

describe.each(['passes-on', 'takes-off'] as const)('a proxy that %s the path of PUBLIC_URL', (kind) => {
  let opened: AsyncDisposable
  let provider: ScriptedProvider
  let app: TestApp
  let proxy: PathProxy
  let user: TestUser
  beforeAll(async () => {
    provider = await createScriptedProvider()
    const server = await openBehind(kind, provider)
    ;({ app, proxy } = server)
    opened = server
    user = await createTestUser(proxy.url)
  })
  afterAll(async () => {
    await user.close()
    await opened[Symbol.asyncDispose]()
    await provider[Symbol.asyncDispose]()
  })
  const origin = () => new URL(proxy.url).origin

  test('the page names its files below the path, at every depth and in every encoding', async () => {
    const expected = html
      .replace('content=""', 'content="/chat"')
      .replace('"/favicon', '"/chat/favicon')
      .replace('"/assets', '"/chat/assets')
    for (const path of ['/', '/c/019a7c3e-0000-7000-8000-000000000000', '/admin/users', '/index.html']) {
      for (const encoding of ['identity', 'gzip', 'br']) {
        const headers = { accept: 'text/html', 'accept-encoding': encoding }
        const response = await fetch(proxy.url + path, { headers })
        expect([path, response.status, await response.text()]).toEqual([path, 200, expected])
        expect(response.headers.get('cache-control')).toBe('no-cache')
        const known = { ...headers, 'if-none-match': response.headers.get('etag') ?? '', 'cache-control': 'max-age=0' }
        expect((await fetch(proxy.url + path, { headers: known })).status).toBe(304)
      }
    }
    expect((await fetch(`${proxy.url}/assets/index-1a2b3c4d.js`)).headers.get('cache-control')).toContain('immutable')
    expect((await fetch(`${proxy.url}/assets/index-0ld0ld00.js`)).status).toBe(404)
    expect((await fetch(`${proxy.url}/v1/nothing`, { headers: { accept: 'text/html' } })).status).toBe(404)
    for (const path of ['live', 'ready']) expect((await fetch(`${proxy.url}/health/${path}`)).status).toBe(200)
  })

  test('a guest signs in, sends, and follows over WebSocket and server-sent events', async () => {
    const sent = await send(user, 'tokens 20 at 100')
    const readers = [user.client, user.sseClient].map((client) => follow(client, sent.conversationId))
    for (const reader of readers) {
      await reader.until(() => reader.message(sent.assistantMessageId)?.status === 'completed')
      expect(reader.message(sent.assistantMessageId)?.content).toBe(tokensText(20))
      reader.stop()
    }
  })

  test('the cookie is of this server alone, although all paths of the host get it', async () => {
    const response = await fetch(`${proxy.url}/api/auth/sign-in/anonymous`, { method: 'POST' })
    const [cookie = ''] = response.headers.getSetCookie()
    expect(cookie).toMatch(/^holdfast\.chat\.session_token=/u)
    expect(cookie.split('; ')).toEqual(expect.arrayContaining(['Path=/', 'HttpOnly', 'SameSite=Lax']))
    const { keys } = (await (await fetch(`${proxy.url}/api/auth/jwks`)).json()) as { keys: unknown[] }
    expect(keys).not.toHaveLength(0)
  })

  test('[X13] a tus client uploads, and the file is read by its address', async () => {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const upload = new Upload(Buffer.from('a text of two pieces'), {
      endpoint: `${proxy.url}/api/uploads`,
      chunkSize: 10,
      metadata: { filename: 'notes.txt', filetype: 'text/plain' },
      headers: { authorization: `Bearer ${user.token}` },
      onSuccess: () => resolve(upload.url ?? ''),
      onError: reject,
    })
    upload.start()
    const address = await promise
    expect(address.startsWith(`${proxy.url}/api/uploads/`)).toBe(true)
    const { id: fileId } = await waitForFile(user, address.split('/').at(-1) ?? '')
    const { url } = await user.client.files.url.query({ fileId })
    expect(url.startsWith('/chat/api/files/')).toBe(true)
    expect(await (await fetch(origin() + url)).text()).toBe('a text of two pieces')
    const { conversationId } = await ask(user, 'say Read', { files: [fileId] })
    const shared = await user.client.shares.create.mutate({ conversationId, kind: 'snapshot' })
    const link = /href="(?<path>[^"]+\/files\/[^"]+)"/u.exec(await (await fetch(shared.url ?? '')).text())
    expect(await (await fetch(origin() + (link?.groups?.['path'] ?? ''))).text()).toBe('a text of two pieces')
    const read = await user.client.shares.read.query({ token: shared.token ?? '' })
    const [part] = read.messages[0]?.parts.filter(({ type }) => type === 'file') ?? []
    expect(part).toMatchObject({ url: link?.groups?.['path'] })
  })

  test('[X13] the page of a shared link leads to itself and to the page below the path, and its token is not in the log', async () => {
    const { conversationId } = await ask(user, 'say Shared')
    const { url, token } = await user.client.shares.create.mutate({ conversationId, kind: 'live' })
    expect(url).toBe(`${proxy.url}/share/${token}`)
    const page = await (await fetch(url ?? '')).text()
    expect(page).toContain(`<meta property="og:url" content="${url}">`)
    expect(page).toContain(`url=/chat/share/${token}?refresh`)
    // The browser would ask the root of the host, which is somebody else's.
    const icon = /<link rel="icon" href="([^"]+)"/u.exec(page)?.[1] ?? ''
    expect(new URL(icon, url ?? '').href).toBe(`${proxy.url}/favicon.svg`)
    expect(page).toContain(`href="/chat/continue/${token}"`)
    await fetch(`${proxy.url}/continue/${token}`, { headers: { accept: 'text/html' } })
    expect(JSON.stringify(app.logs)).not.toContain(token)
  })

  test('an MCP client finds where tokens come from, and calls a tool; so does a program that knows OpenAI’s API', async () => {
    const refused = await fetch(`${proxy.url}/mcp`, { method: 'POST' })
    const challenge = refused.headers.get('www-authenticate') ?? ''
    const [, address = ''] = /resource_metadata="([^"]+)"/u.exec(challenge) ?? []
    expect(address).toBe(`${proxy.url}/.well-known/oauth-protected-resource/mcp`)
    expect(await (await fetch(address)).json()).toMatchObject({ resource: `${proxy.url}/mcp` })
    // Where RFC 9728 has clients look without a challenge, if the proxy passes that on as well.
    const atRoot = await fetch(`${app.url}/.well-known/oauth-protected-resource/chat/mcp`, { headers: { host: '127.0.0.1' } })
    expect(atRoot.status).toBe(200)

    const { token } = await createAccessToken(user)
    await using client = await connectMcp(proxy.url, token)
    expect(await callTool(client, 'add_task', { title: 'Buy milk' })).toMatchObject({ value: { status: 'created' } })
    const { token: apiKey } = await user.client.tokens.create.mutate({ name: 'program', scopes: ['chat'] })
    const openai = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey })
    const messages = [{ role: 'user' as const, content: 'say Hello' }]
    const completion = await openai.chat.completions.create({ model: 'scripted-1', messages })
    expect(completion.choices[0]?.message.content).toBe('Hello')
    expect(proxy.strays, 'no address has led out of the path').toEqual([])
  })
})

test('links to get in lead below the path of PUBLIC_URL', async () => {
  await using provider = await createScriptedProvider()
  await using server = await openBehind('takes-off', provider, { HOST: '0.0.0.0' })
  const { proxy, app } = server
  proxy.leadTo(app.url.replace('0.0.0.0', '127.0.0.1'))
  const link = (await app.app.createSetUpLink()) ?? ''
  expect(link.startsWith(`${proxy.url}/setup?token=`)).toBe(true)
  const headers = { 'content-type': 'application/json' }
  const post = (path: string, body: unknown) =>
    fetch(`${proxy.url}/api/auth/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  const account = { name: 'Robin', email: 'robin@example.com', password: testPassword }
  const used = await post('setup', { token: new URL(link).searchParams.get('token'), ...account })
  expect(used.status).toBe(200)
  const cookie = used.headers.getSetCookie().map((line) => line.split(';', 1)[0] ?? '')
  const answer = await fetch(`${proxy.url}/api/auth/token`, { headers: { cookie: cookie.join('; ') } })
  const { token } = (await answer.json()) as { token: string }
  const owner = connect(proxy.url, token)
  const invitation = await owner.client.admin.invites.create.mutate({ role: 'member' })
  expect(invitation.url.startsWith(`${proxy.url}/invite/`)).toBe(true)
  const created = await owner.client.admin.users.create.mutate({ name: 'Kim', email: 'kim@example.com', role: 'member' })
  expect(created.link.url.startsWith(`${proxy.url}/reset/`)).toBe(true)
  const again = await owner.client.admin.users.resetLink.mutate({ userId: created.user.id })
  const reset = await post('reset', { token: again.url.split('/').at(-1), password: testPassword })
  expect([again.url.startsWith(`${proxy.url}/reset/`), reset.status]).toEqual([true, 200])
  await owner.close()
})
