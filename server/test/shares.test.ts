import { randomUUID } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import type { Share, SharedConversation, sharesCreateInput } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { z } from 'zod'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { createGate, text, tokens, tokensText } from '../testing/scripted-provider/index.ts'
import { refused } from './refused.ts'
import { ask, send } from './send.ts'
import { tokenToUserId } from './token-to-user-id.ts'
import { callOverHttp } from './untyped-call.ts'
import { upload } from './upload.ts'

let app: TestApp
let user: TestUser
const clock = { offsetMs: 0, now: () => new Date(Date.now() + clock.offsetMs) }

beforeAll(async () => {
  app = await createTestApp({ overrides: { clock } })
})
afterAll(() => app[Symbol.asyncDispose]())
beforeEach(async () => {
  clock.offsetMs = 0
  user = await app.createUser()
})

const reader = () => callOverHttp(app.url, {})
const notThere = { refused: { code: 'NOT_FOUND', message: 'Share not found' } }

type Made = Share & { readonly token: string; readonly url: string }
const share = async (conversationId: string, more: Partial<z.input<typeof sharesCreateInput>> = {}): Promise<Made> => {
  const made = await user.client.shares.create.mutate({ conversationId, kind: 'snapshot', ...more })
  return { ...made, token: made.token ?? '', url: made.url ?? '' }
}

/** Without a token of an account. */
async function read(token: string, more: { before?: string } = {}): Promise<SharedConversation> {
  const outcome = await reader().call('shares.read', 'query', { token, ...more })
  if (!('answer' in outcome)) throw new Error(`refused: ${outcome.refused.code}`)
  return outcome.answer as SharedConversation
}

async function open(token: string, init: RequestInit = {}, rest = '') {
  const response = await fetch(`${app.url}/share/${token}${rest}`, { redirect: 'manual', ...init })
  return { status: response.status, headers: response.headers, html: await response.text() }
}

const toTexts = ({ messages }: SharedConversation) =>
  messages.map(({ parts }) => parts.flatMap((part) => (part.type === 'text' ? part.text : [])).join(''))

test('[H1] [H2] a snapshot stays as it was, whatever becomes of its messages, and goes with its conversation', async () => {
  app.provider.script(text('An answer.'))
  const first = await ask(user, 'A question')
  const { conversationId } = first
  const made = await share(conversationId, { leafId: first.assistantMessageId })
  expect(made).toMatchObject({ kind: 'snapshot', leafId: first.assistantMessageId, expiresAt: null, views: 0 })
  expect(Buffer.from(made.token, 'base64url')).toHaveLength(32)
  expect(new URL(made.url).pathname).toBe(`/share/${made.token}`)
  const before = await read(made.token)
  expect(toTexts(before)).toEqual(['A question', 'An answer.'])

  await ask(user, 'Another question', { conversationId })
  await user.client.conversations.update.mutate({ conversationId, title: 'Another title' })
  await user.client.messages.delete.mutate({ requestId: randomUUID(), messageId: first.userMessageId })
  expect(await read(made.token)).toEqual(before)

  // The link can be shown again, and the database alone does not hold it.
  const [listed] = (await user.client.shares.list.query({ conversationId })).items
  expect(listed).toEqual({ ...made, views: 2 })
  const [row] = await app.database.queries.select().from(schema.shares).where(eq(schema.shares.id, made.id))
  expect(JSON.stringify(row)).not.toContain(made.token)

  await user.client.conversations.delete.mutate({ conversationId })
  expect(await reader().call('shares.read', 'query', { token: made.token })).toEqual(notThere)
  await user.client.conversations.restore.mutate({ conversationId })
  expect(await read(made.token)).toEqual(before)
  await user.client.conversations.delete.mutate({ conversationId, permanent: true })
  await vi.waitFor(async () => {
    expect(await app.database.queries.$count(schema.shares, eq(schema.shares.id, made.id))).toBe(0)
  }, 60_000)
})

test('[H3] a live link shows what is written, also to readers without an account, and ends when it is revoked', async () => {
  app.provider.script(text('Live.'))
  const { conversationId } = await ask(user, 'Say it')
  const { id, token } = await share(conversationId, { kind: 'live' })
  const stranger = await app.createUser()
  const seen: SharedConversation[] = []
  let isEnded = false
  stranger.sseClient.shares.follow.subscribe(
    { token },
    {
      onData: ({ data }) => seen.push(data),
      onComplete: () => (isEnded = true),
    },
  )
  await vi.waitFor(() => expect(seen.map(toTexts).at(-1)).toEqual(['Say it', 'Live.']), { timeout: 60_000 })
  await ask(user, 'Again', { conversationId })
  await vi.waitFor(() => expect(seen.map(toTexts).at(-1)).toEqual(['Say it', 'Live.', 'Again', 'Live.']), { timeout: 60_000 })
  expect(toTexts(await read(token))).toEqual(['Say it', 'Live.', 'Again', 'Live.'])
  expect((await open(token)).html).toContain(`<meta http-equiv="refresh" content="20;url=/share/${token}?refresh">`)

  await user.client.shares.revoke.mutate({ shareId: id })
  await vi.waitFor(() => expect(isEnded).toBe(true), { timeout: 60_000 })
  expect(await reader().call('shares.read', 'query', { token })).toEqual(notThere)
  // A repeat is harmless.
  await user.client.shares.revoke.mutate({ shareId: id })
  expect((await user.client.shares.list.query({ conversationId })).items).toEqual([])
})

test('[H5] a link shows one branch, and nothing of its owner, instructions, other branches or costs (attack C13)', async () => {
  app.provider.script(text('Shown.'))
  const secret = 'the secret'
  const { id: conversationId } = await user.client.conversations.create.mutate({ title: 'Plans', instructions: secret })
  const root = await ask(user, 'Root', { conversationId })
  await ask(user, `Other branch: ${secret}`, { conversationId, parentId: root.assistantMessageId })
  const shown = await ask(user, 'This branch', { conversationId, parentId: root.assistantMessageId })
  const hidden = await upload(app, user, secret, { name: 'secret.txt' })
  const { id: foreignFile } = await upload(app, await app.createUser(), secret)
  await ask(user, 'Open branch', { conversationId, parentId: root.assistantMessageId })
  for (const kind of ['snapshot', 'live'] as const) {
    const { token } = await share(conversationId, { kind, leafId: shown.userMessageId })
    const page = await read(token)
    expect(toTexts(page)).toEqual(
      kind === 'live' ? ['Root', 'Shown.', 'This branch', 'Shown.'] : ['Root', 'Shown.', 'This branch'],
    )
    const { html } = await open(token)
    for (const leaked of [secret, 'Open branch', conversationId, tokenToUserId(user.token), 'scripted-1', 'nputTokens', 'cost']) {
      expect(JSON.stringify(page) + html).not.toContain(leaked)
    }
    for (const fileId of [hidden.id, foreignFile, randomUUID(), 'x']) {
      expect(await open(token, {}, `/files/${fileId}`)).toMatchObject({ status: 404 })
    }
    const other = { token, before: hidden.id }
    expect(await reader().call('shares.read', 'query', other)).toEqual(notThere)
  }
})

describe('a link that is not valid', () => {
  test('[H4] is the same 404, whatever the reason is, and cannot be used to write (attack C6)', async () => {
    app.provider.script(text('An answer.'))
    const { conversationId } = await ask(user, 'A question')
    const expiring = await share(conversationId, { expiresAt: new Date(Date.now() + 3_600_000).toISOString() })
    const revoked = await share(conversationId)
    const valid = await share(conversationId)
    await user.client.shares.revoke.mutate({ shareId: revoked.id })
    clock.offsetMs = 2 * 3_600_000
    const refusals = [await open(expiring.token), await open(revoked.token), await open('A'.repeat(43)), await open(valid.id)]
    const nobody = reader()
    for (const token of [expiring.token, revoked.token, 'A'.repeat(43), '', valid.id]) {
      expect(await nobody.call('shares.read', 'query', { token })).toEqual(notThere)
      expect(await nobody.call('shares.follow', 'subscription', { token })).toEqual(notThere)
    }
    clock.offsetMs = 0
    const userId = tokenToUserId(user.token)
    await app.database.queries.update(schema.users).set({ status: 'disabled' }).where(eq(schema.users.id, userId))
    refusals.push(await open(valid.token))
    await app.database.queries.update(schema.users).set({ status: 'active' }).where(eq(schema.users.id, userId))
    for (const { status, html } of refusals) expect({ status, html }).toEqual({ status: 404, html: refusals[0]?.html })

    // The token is no token of an account.
    const withShare = callOverHttp(app.url, { authorization: `Bearer ${valid.token}` })
    const writing = { requestId: randomUUID(), conversationId, content: 'x' }
    expect(await withShare.call('messages.send', 'mutation', writing)).toMatchObject({ refused: { code: 'UNAUTHORIZED' } })
    expect(await open(valid.token, { method: 'POST' })).toMatchObject({ status: 404 })
    expect(app.logs.map((line) => JSON.stringify(line)).join('\n')).not.toContain(valid.token)
  })

  test('is not made for what cannot be shared', async () => {
    const { id: conversationId } = await user.client.conversations.create.mutate({})
    expect(await refused(user.client.shares.create.mutate({ conversationId, kind: 'live' }))).toMatchObject({
      code: 'BAD_REQUEST',
      issues: [{ path: 'conversationId', message: 'has no messages yet' }],
    })
    const past = { conversationId, kind: 'live', expiresAt: '2020-01-01T00:00:00Z' } as const
    expect(await refused(user.client.shares.create.mutate(past))).toMatchObject({ issues: [{ path: 'expiresAt' }] })
  })
})

describe('the page', () => {
  test('has no script, loads nothing, and shows HTML of titles and texts as text (attacks F1, F2, F3, F7)', async () => {
    const attack = '<script>alert(1)</script>'
    app.provider.script(
      text(
        `**bold** ${attack} [a](javascript:alert(1)) ![p](https://evil.example/p.png) <img src=x onerror=alert(1)>\n\n\`\`\`js\n${attack}\n\`\`\`\n\n| a |\n| - |\n| b |`,
      ),
    )
    const { conversationId } = await ask(user, `${attack} "quoted"`)
    await user.client.conversations.update.mutate({ conversationId, title: `</title>${attack}"` })
    const { token } = await share(conversationId)
    const { status, headers, html } = await open(token)
    expect(status).toBe(200)
    expect(html).not.toMatch(/<script|<img|href="javascript/iu)
    expect(html).toContain('<strong>bold</strong>')
    expect(html).toContain('&#x3C;script>alert(1)')
    expect(html).toContain('<td>b</td>')
    expect(html).toContain('<a href="https://evil.example/p.png" rel="noopener noreferrer nofollow" target="_blank">p</a>')
    expect(html).toContain('<meta property="og:title" content="&#x3C;/title>')
    expect(html).toContain('name="robots" content="noindex,nofollow"')
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/u,
    )
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-robots-tag')).toBe('noindex, nofollow')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('shows files by signed addresses, also when their message is deleted, and counts people only', async () => {
    app.provider.script(text('I see.'))
    const bytes = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#00f' } })
      .png()
      .toBuffer()
    const { id: fileId } = await upload(app, user, bytes, { name: 'blue "1".png' })
    const { conversationId, userMessageId } = await ask(user, 'What is this?', { files: [fileId] })
    const { token } = await share(conversationId)
    await user.client.messages.delete.mutate({ requestId: randomUUID(), messageId: userMessageId })
    await user.client.files.delete.mutate({ fileId })
    const { html } = await open(token)
    expect(html).toContain(`<img src="/share/${token}/files/${fileId}?variant=thumbnail" alt="blue &#x22;1&#x22;.png"`)
    const { status, headers } = await open(token, {}, `/files/${fileId}`)
    expect(status).toBe(302)
    const picture = await fetch(new URL(headers.get('location') ?? '', app.url))
    expect(picture.headers.get('content-type')).toBe('image/png')

    await open(token, { headers: { 'user-agent': 'Slackbot-LinkExpanding 1.0' } })
    await open(token, { headers: { 'sec-purpose': 'prefetch' } })
    await open(token, { method: 'HEAD' })
    await open(token, {}, '?refresh')
    expect((await user.client.shares.list.query({ conversationId })).items).toMatchObject([{ views: 1 }])
  })

  test('is made in time for texts that are hard to read (attacks E9, F11)', async () => {
    const hard = [
      '['.repeat(9_999),
      '> '.repeat(9_999),
      `${'- '.repeat(9_999)}x`,
      `${'1. '.repeat(9_999)}x`,
      '[a]('.repeat(2_000),
    ]
    const { markdownToHtml } = await import('../src/shares/page/markdown-to-html.ts')
    for (const source of hard) expect(markdownToHtml(source).length).toBeGreaterThan(0)
  })
})

test('[H6] a reader continues with a copy of their own, with its files, once', async () => {
  app.provider.script(text('I see.'))
  const { id: fileId } = await upload(app, user, 'A file', { name: 'notes.txt' })
  const { conversationId } = await ask(user, 'Look', { files: [fileId] })
  await user.client.conversations.update.mutate({ conversationId, title: 'Notes' })
  const { token } = await share(conversationId)
  const stranger = await app.createUser()
  const input = { requestId: randomUUID(), token }
  const copy = await stranger.client.shares.copy.mutate(input)
  expect(await stranger.client.shares.copy.mutate(input)).toEqual(copy)
  expect(copy).toMatchObject({ title: 'Notes', messageCount: 2, instructions: null, model: null })
  expect(copy.id).not.toBe(conversationId)
  const { messages } = await stranger.client.conversations.get.query({ conversationId: copy.id })
  const [part] = messages[0]?.parts ?? []
  expect(part).toMatchObject({ type: 'file', name: 'notes.txt' })
  const copied = part?.type === 'file' ? part.fileId : ''
  expect(copied).not.toBe(fileId)
  const { url } = await stranger.client.files.url.query({ fileId: copied })
  expect(await (await fetch(app.url + url)).text()).toBe('A file')
  const next = await ask(stranger, 'And now?', { conversationId: copy.id })
  expect(next.status).toBe('completed')
  expect((await user.client.conversations.get.query({ conversationId })).conversation.messageCount).toBe(2)
})

test('a snapshot of an answer that is being written is as far as it was', async () => {
  const gate = createGate()
  app.provider.script(tokens(4, { stopAfter: 2, then: gate }))
  const sent = await send(user, 'Slowly')
  await vi.waitFor(
    async () => {
      const { messages } = await user.client.conversations.get.query({ conversationId: sent.conversationId })
      expect(messages.at(-1)?.content).toBe(tokensText(2))
    },
    { timeout: 60_000 },
  )
  const { token } = await share(sent.conversationId)
  gate.open()
  expect((await read(token)).messages.at(-1)).toMatchObject({
    status: 'interrupted',
    parts: [{ type: 'text', text: tokensText(2) }],
  })
})
