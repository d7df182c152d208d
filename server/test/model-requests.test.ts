import { createHash, randomUUID } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import { eq, inArray } from 'drizzle-orm'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pruneModelRequests } from '../src/usage/requests/request-janitor.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { httpAnswer, inTurn, text, tokens, toolCalls } from '../testing/scripted-provider/index.ts'
import { refused } from './refused.ts'
import { ask } from './send.ts'
import { upload } from './upload.ts'

const { modelCalls, modelRequestPieces, modelRequests, modelRequestTools } = schema

const toSha256 = (body: string) => createHash('sha256').update(body).digest('hex')

describe.each(['chat', 'responses'] as const)('[M8] what a model was asked through %s', (api) => {
  let app: TestApp
  let admin: TestUser
  let user: TestUser
  beforeAll(async () => {
    app = await createTestApp({ env: { LLM_API: api, MODEL_INPUT: 'text,image', AUTO_CONTINUE: 'off' } })
    // The first user is an administrator.
    admin = await app.createUser()
    user = await app.createUser()
  })
  afterAll(() => app[Symbol.asyncDispose]())

  const requestOf = (messageId: string, which: { step?: number; attempt?: number } = {}) =>
    user.client.messages.request.query({ messageId, ...which })

  /** The bodies that the provider has got from now on. */
  const watch = () => {
    const from = app.provider.requests.length
    return () => app.provider.requests.slice(from).map((request) => request.text)
  }

  test('is shown again byte by byte, for every step, try and continuation', async () => {
    const bodies = watch()
    const call = { name: 'list_tasks', args: { status: 'all' } }
    app.provider.script(
      inTurn(
        httpAnswer(503, { error: { message: 'busy' } }),
        toolCalls(call),
        tokens(9, { stopAfter: 3, then: 'truncate' }),
        text('and the rest 🌊 \u0000'),
      ),
    )
    const { assistantMessageId: messageId, conversationId } = await ask(user, 'Was gibt es? "ä" \u2028 \u{1f30a}')
    await user.client.messages.continue.mutate({ requestId: randomUUID(), messageId })
    await expect
      .poll(async () => (await user.client.messages.content.query({ messageId })).status, { timeout: 30_000 })
      .toBe('completed')
    app.provider.script(text('again'))
    const next = await ask(user, 'And then?', { conversationId })
    const sent = bodies()
    expect(sent).toHaveLength(5)
    const { calls } = await requestOf(messageId)
    expect(calls.map(({ step, attempt, state }) => [step, attempt, state])).toEqual([
      [0, 1, 'failed'],
      [0, 2, 'completed'],
      [1, 1, 'failed'],
      [0, 3, 'completed'],
    ])
    const shown = [
      ...(await Promise.all(calls.map(({ step, attempt }) => requestOf(messageId, { step, attempt })))),
      await requestOf(next.assistantMessageId),
    ]
    for (const [index, { shown: one }] of shown.entries()) {
      expect(JSON.stringify(one?.sent?.request)).toBe(sent[index])
      expect(one).toMatchObject({
        sha256: toSha256(sent[index] ?? ''),
        sent: { matches: true, missingFiles: 0, bytes: Buffer.byteLength(sent[index] ?? '') },
      })
    }
    expect((await requestOf(messageId)).shown, 'the newest').toEqual(shown[3]?.shown)
    const stored = await app.database.queries.select().from(modelRequests).where(eq(modelRequests.conversationId, conversationId))
    expect(stored).toHaveLength(5)
    expect(await refused(requestOf(messageId, { step: 7 }))).toMatchObject({ code: 'BAD_REQUEST', issues: [{ path: 'step' }] })
    expect(await refused(requestOf(messageId, { attempt: 9 }))).toMatchObject({ issues: [{ path: 'attempt' }] })
  })

  test('has the hashes of files in place of their bytes', async () => {
    const picture = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#f00' } })
      .png()
      .toBuffer()
    const { id: fileId } = await upload(app, user, picture, { name: 'red.png' })
    const bodies = watch()
    app.provider.script(text('Red.'))
    const { assistantMessageId } = await ask(user, 'What is it?', { files: [fileId] })
    const { sha256 } = await user.client.files.get.query({ fileId })
    const { shown } = await requestOf(assistantMessageId)
    const [sent = ''] = bodies()
    expect(shown).toMatchObject({ sha256: toSha256(sent), sent: { matches: true, missingFiles: 0 } })
    const asJson = JSON.stringify(shown?.sent?.request)
    expect(asJson).toContain(`file:${sha256 ?? ''}`)
    expect(asJson).not.toContain(picture.toString('base64'))
    const rows = await app.database.queries.select().from(modelRequestPieces)
    expect(rows.some(({ content }) => content.includes(picture.toString('base64')))).toBe(false)
  })

  test('is for nobody else, and a copy was never asked for', async () => {
    const { assistantMessageId: messageId, userMessageId } = await ask(user, 'say hello')
    for (const stranger of [admin, await app.createUser()]) {
      expect(await refused(stranger.client.messages.request.query({ messageId }))).toMatchObject({ code: 'NOT_FOUND' })
    }
    expect(await refused(requestOf(userMessageId))).toMatchObject({ code: 'BAD_REQUEST', issues: [{ path: 'messageId' }] })
    const copy = await user.client.conversations.fork.mutate({ requestId: randomUUID(), messageId })
    expect(await requestOf(copy.activeMessageId ?? '')).toMatchObject({ calls: [], shown: null })
  })

  test('costs a conversation of n turns n times as much as one, and not n times n', async () => {
    const turns = 12
    const { id: conversationId } = await user.client.conversations.create.mutate({})
    for (let turn = 1; turn <= turns; turn += 1) {
      app.provider.script(text(`Answer ${turn}`))
      await ask(user, `Question ${turn}`, { conversationId })
    }
    const { queries } = app.database
    const pieces = await queries.select().from(modelRequestPieces).where(eq(modelRequestPieces.conversationId, conversationId))
    const requests = await queries.select().from(modelRequests).where(eq(modelRequests.conversationId, conversationId))
    // Each turn adds a question and the answer before it. Instructions are a message of Chat Completions, and a field of Responses.
    expect(pieces).toHaveLength(2 * turns - (api === 'chat' ? 0 : 1))
    expect(requests).toHaveLength(turns)
    for (const { pieces: ranges } of requests) expect(ranges).toMatch(/^1(-\d+)?$/u)
    expect(new Set(requests.map(({ toolsHash }) => toolsHash)).size).toBe(1)
  })

  test('is gone with its conversation, and after its time; the hash stays in the ledger', async () => {
    const { queries } = app.database
    const kept = await ask(user, 'say kept')
    const deleted = await ask(user, 'say deleted')
    await user.client.conversations.delete.mutate({ conversationId: deleted.conversationId, permanent: true })
    for (const table of [modelRequests, modelRequestPieces]) {
      expect(await queries.$count(table, eq(table.conversationId, deleted.conversationId))).toBe(0)
      expect(await queries.$count(table, eq(table.conversationId, kept.conversationId))).toBeGreaterThan(0)
    }
    expect(await pruneModelRequests(app.database, 60)).toBe(0)
    expect((await requestOf(kept.assistantMessageId)).shown?.sent).not.toBeNull()
    await pruneModelRequests(app.database, 0)
    const { shown, calls } = await requestOf(kept.assistantMessageId)
    expect(shown).toMatchObject({ sent: null, sha256: expect.stringMatching(/^[0-9a-f]{64}$/u) as string })
    expect(calls).toHaveLength(1)
    for (const table of [modelRequests, modelRequestPieces, modelRequestTools]) expect(await queries.$count(table)).toBe(0)
    const ids = [kept.assistantMessageId, deleted.assistantMessageId]
    const ledger = await queries.select().from(modelCalls).where(inArray(modelCalls.messageId, ids))
    expect(ledger.every(({ requestSha256 }) => requestSha256 !== null)).toBe(true)
    await ask(user, 'say more', { conversationId: kept.conversationId })
    expect(await queries.$count(modelRequestPieces)).toBeGreaterThan(0)
  })
})
