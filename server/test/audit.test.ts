import { createHash, randomUUID } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AuditRecord } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { schema } from '@holdfast/drizzle'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { appRouter } from '../src/api/app-router.ts'
import { createTestApp, createTestUser, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { auditedMutations, auditedQueries, comingProcedures } from './audited-procedures.ts'
import { callTool, connectMcp, createAccessToken } from './mcp/connect-mcp.ts'
import { refused } from './refused.ts'
import { ask } from './send.ts'
import { upload } from './upload.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface ProcedureDefinition {
  readonly type: string
  readonly meta?: { readonly audit?: string | { readonly action: string } }
}
const procedures = Object.entries(appRouter._def.procedures).map(([path, procedure]) => {
  const { type, meta } = Reflect.get(procedure, '_def') as ProcedureDefinition
  const audit = meta?.audit
  return { path, type, action: typeof audit === 'string' ? audit : (audit?.action ?? null) }
})

test('every mutation is recorded in the audit log, or says why not', () => {
  const mutations = procedures.filter(({ type }) => type === 'mutation')
  const paths = mutations.map(({ path }) => path)
  expect(paths.filter((path) => auditedMutations[path] === undefined)).toEqual([])
  const missing = Object.keys(auditedMutations).filter((path) => !paths.includes(path))
  expect(missing.filter((path) => !comingProcedures.test(path))).toEqual([])
  const there = Object.entries(auditedMutations).filter(([path]) => paths.includes(path))
  const byMeta = there.flatMap(([path, row]) => (row.by === 'meta' ? [[path, row.action]] : []))
  const sources = globSync('server/src/**/*.ts', { cwd: root, exclude: (path) => path.endsWith('.test.ts') })
  const source = sources.map((path) => readFileSync(join(root, path), 'utf8')).join('\n')
  const inTransactions = there.flatMap(([, row]) => (row.by === 'transaction' ? [row.action] : []))
  expect(inTransactions.filter((action) => !source.includes(`'${action}'`))).toEqual([])
  const found = mutations.flatMap(({ path, action }) => (action === null ? [] : [[path, action]]))
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(byMeta))
  const queries = procedures.flatMap(({ path, type, action }) => (type === 'query' && action !== null ? [[path, action]] : []))
  expect(Object.fromEntries(queries)).toEqual(auditedQueries)
})

let app: TestApp
let admin: TestUser
beforeAll(async () => {
  app = await createTestApp()
  admin = await app.createUser()
})
afterAll(() => app[Symbol.asyncDispose]())

const canary = 'canary-7f3a91'
const person = { name: 'A Person', password: `${canary} horse battery` }

async function readLog(input: Parameters<TestUser['client']['admin']['audit']['list']['query']>[0] = {}): Promise<AuditRecord[]> {
  const { items } = await admin.client.admin.audit.list.query({ limit: 200, ...input })
  return items
}

/** What was recorded while `act` ran, the oldest first; titles and the like do not count. */
async function recordsOf(act: () => Promise<unknown>): Promise<AuditRecord[]> {
  const before = new Set((await readLog()).map(({ id }) => id))
  await act()
  return (await readLog()).filter(({ id }) => !before.has(id)).toReversed()
}

const post = (path: string, body: unknown, cookie = '') =>
  fetch(`${app.url}/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify(body),
  })
const toCookie = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((value) => value.split(';', 1)[0])
    .join('; ')
const address = expect.stringMatching(/127\.0\.0\.1$/u)

describe('the audit log has one record of (attack I4)', () => {
  test('each thing that happens to an account, with who and from where, and never a secret or an e-mail address', async () => {
    const email = `${canary}@example.com`
    let cookie = ''
    const records = await recordsOf(async () => {
      const created = await post('/sign-up/email', { ...person, email })
      expect(created.status).toBe(200)
      await post('/sign-out', {}, toCookie(created))
      expect((await post('/sign-in/email', { email, password: 'not the password' })).status).toBe(401)
      expect((await post('/sign-in/email', { email: `nobody-${email}`, password: 'not the password' })).status).toBe(401)
      expect((await post('/sign-in/email', { email: `nobody-${email}`, password: 'not the password' })).status).toBe(401)
      cookie = toCookie(await post('/sign-in/email', { email: email.toUpperCase(), password: person.password }))
      const change = { currentPassword: person.password, newPassword: `${person.password} 2` }
      const changed = await post('/change-password', change, cookie)
      expect(changed.status).toBe(200)
      cookie = toCookie(changed)
      expect((await post('/revoke-other-sessions', {}, cookie)).status).toBe(200)
      // These lengthen the session, which is a day old for them; none begins.
      const { sessions } = schema
      const lengthen = () =>
        app.database.queries.update(sessions).set({ expiresAt: new Date(Date.now() + 20 * 24 * 60 * 60_000) })
      await lengthen()
      expect((await post('/update-user', { name: person.name }, cookie)).status).toBe(200)
      await lengthen()
      expect((await fetch(`${app.url}/api/auth/token`, { headers: { cookie } })).status).toBe(200)
      await lengthen()
      expect((await fetch(`${app.url}/api/auth/get-session`, { headers: { cookie } })).status).toBe(200)
    })
    const user = records[0]?.actorId
    const about = { actorId: user, targetType: 'user', targetId: user, address, actorName: person.name }
    const stranger = { actorId: null, actorName: null, address }
    expect(records).toEqual([
      expect.objectContaining({ action: 'account.created', ...about }),
      expect.objectContaining({ action: 'session.ended', ...about, targetType: 'session', targetId: expect.any(String) }),
      expect.objectContaining({ action: 'session.refused', ...stranger, targetType: 'user', targetId: user, details: {} }),
      expect.objectContaining({ action: 'session.refused', ...stranger, targetId: null }),
      expect.objectContaining({ action: 'session.refused', ...stranger, details: records[3]?.details }),
      expect.objectContaining({ action: 'session.started', ...about, details: { by: '/sign-in/email' } }),
      expect.objectContaining({ action: 'password.changed', ...about }),
      expect.objectContaining({ action: 'session.revoked', ...about }),
    ])
    expect(records[3]?.details).toEqual({ emailHash: expect.stringMatching(/^[0-9a-f]{64}$/u) })
    expect(records[3]?.details['emailHash']).not.toBe(createHash('sha256').update(`nobody-${email}`).digest('hex'))
    expect(JSON.stringify(records)).not.toContain(canary)
    expect((await readLog({ user: user ?? '' })).map(({ id }) => id)).toEqual(
      records
        .filter(({ actorId, targetId }) => actorId === user || targetId === user)
        .map(({ id }) => id)
        .toReversed(),
    )
  })

  test('a guest, and of the guest’s upgrade', async () => {
    const records = await recordsOf(async () => {
      const { cookie } = await createTestUser(app.url)
      const upgraded = await post('/guest/upgrade', { ...person, email: 'upgraded@example.com' }, cookie)
      expect(upgraded.status).toBe(200)
      await post('/sign-out', {}, toCookie(upgraded))
    })
    expect(records.map(({ action }) => action)).toEqual(['guest.created', 'guest.upgraded', 'session.ended'])
    expect(new Set(records.map(({ actorId }) => actorId)).size).toBe(1)
    expect(records[1]).toMatchObject({ address, targetType: 'user', targetId: records[0]?.actorId })
  })

  test('tokens: made, and revoked', async () => {
    const records = await recordsOf(async () => {
      const { id } = await admin.client.tokens.create.mutate({ name: canary, scopes: ['mcp'], expiresInDays: 7 })
      await admin.client.tokens.revoke.mutate({ tokenId: id })
      await refused(admin.client.tokens.revoke.mutate({ tokenId: randomUUID() }))
    })
    const target = { targetType: 'token', targetId: expect.any(String), actorName: 'Guest', address }
    expect(records).toEqual([
      expect.objectContaining({ action: 'token.created', ...target, details: { scopes: ['mcp'], expiresInDays: 7 } }),
      expect.objectContaining({ action: 'token.revoked', ...target, targetId: records[0]?.targetId, details: {} }),
    ])
  })

  test('who was added, a person or a program', async () => {
    const added: string[] = []
    const records = await recordsOf(async () => {
      const { users, serviceAccounts } = admin.client.admin
      added.push((await users.create.mutate({ name: 'P', email: `${randomUUID()}@example.com`, role: 'member' })).user.id)
      added.push((await serviceAccounts.create.mutate({ name: 'S', scopes: ['api'], expiresInDays: 7 })).user.id)
    })
    expect(records).toEqual([
      expect.objectContaining({ action: 'user.created', targetId: added[0], details: { role: 'member' } }),
      expect.objectContaining({ action: 'user.created', targetId: added[1], details: { scopes: ['api'], expiresInDays: 7 } }),
    ])
  })

  test('settings: which, and of kinds and numbers also to what', async () => {
    const defaults = { model: null, instructions: canary, tools: null }
    const records = await recordsOf(() => admin.client.admin.settings.update.mutate({ ownKeys: true, defaults }))
    const details = { keys: ['defaults', 'ownKeys'], ownKeys: true }
    expect(records).toEqual([expect.objectContaining({ action: 'settings.updated', targetType: 'settings', address, details })])
  })

  test('an administrator’s work that somebody else tries, of many tries a minute the first', async () => {
    const member = await app.createUser()
    const records = await recordsOf(async () => {
      for (let tries = 0; tries < 3; tries += 1) {
        await refused(member.client.admin.settings.update.mutate({ ownKeys: false }))
      }
    })
    expect(records).toEqual([
      expect.objectContaining({ action: 'access.refused', address, details: { procedure: 'admin.settings.update' } }),
    ])
  })

  test('what leaves the server and what is gone for good: exports, conversations, files, imports', async () => {
    const user = await app.createUser()
    const { conversationId } = await ask(user, `say ${canary}`)
    const file = await upload(app, user, canary, { name: `${canary}.txt` })
    const source = await upload(app, user, '{"format":"holdfast-export","version":1,"conversations":[]}')
    const records = await recordsOf(async () => {
      await user.client.conversations.export.query({ conversationId, limit: 1 })
      await user.client.conversations.export.query({ conversationId, limit: 1, cursor: '1' })
      await user.client.conversations.delete.mutate({ conversationId, permanent: false })
      await user.client.conversations.delete.mutate({ conversationId, permanent: true })
      await user.client.files.delete.mutate({ fileId: file.id })
      await user.client.imports.start.mutate({ fileId: source.id })
    })
    expect(records.map(({ action, targetType, targetId }) => [action, targetType, targetId])).toEqual([
      ['conversation.exported', 'conversation', conversationId],
      ['conversation.deleted', 'conversation', conversationId],
      ['file.deleted', 'file', file.id],
      ['import.started', 'import', expect.any(String)],
    ])
    expect(records[3]?.details).toEqual({ fileId: source.id })
    expect(records.map((record) => record.address)).toEqual([address, address, address, address])
    expect(JSON.stringify(records)).not.toContain(canary)
  })

  test('a tool call with its approval: the tool, the outcome and the hash of the very arguments', async () => {
    const user = await app.createUser()
    const { id: taskId } = await user.client.tasks.add.mutate({ title: canary })
    const args = JSON.stringify({ taskId })
    const decide = async (approve: boolean) => {
      const asked = await ask(user, `tool delete_task ${args}`)
      const [message] = (await user.client.messages.list.query({ conversationId: asked.conversationId })).messages.slice(-1)
      const call = message?.parts.find((part) => part.type === 'tool-call')
      if (!message || !call) throw new Error('the answer has no tool call')
      const { callId } = call
      const decision = { requestId: randomUUID(), messageId: message.id, callId, approve }
      await user.client.toolCalls.decide.mutate(decision)
      await user.client.toolCalls.decide.mutate(decision)
      await vi.waitFor(async () => {
        const { hasActiveGeneration } = await user.client.messages.status.query({ conversationId: asked.conversationId })
        expect(hasActiveGeneration).toBe(false)
      }, 60_000)
      return callId
    }
    const callIds: string[] = []
    const records = await recordsOf(async () => callIds.push(await decide(false), await decide(true)))
    const argumentsHash = createHash('sha256').update(args).digest('hex')
    const details = { tool: 'delete_task', argumentsHash }
    const target = { targetType: 'tool-call', actorId: records[0]?.actorId }
    expect(records).toEqual([
      expect.objectContaining({ action: 'tool-call.denied', ...target, targetId: callIds[0], details, address }),
      expect.objectContaining({ action: 'tool-call.approved', ...target, targetId: callIds[1], details, address }),
      expect.objectContaining({
        action: 'tool.called',
        ...target,
        targetId: callIds[1],
        details: { ...details, outcome: 'done', external: false },
      }),
    ])
    expect(JSON.stringify(records)).not.toContain(canary)
  })

  test('a tool call of a program over MCP, done or failed', async () => {
    const user = await app.createUser()
    const { token } = await createAccessToken(user)
    const records = await recordsOf(async () => {
      await using client = await connectMcp(app.url, token)
      await callTool(client, 'add_task', { title: canary })
      await callTool(client, 'delete_task', { taskId: randomUUID() })
    })
    const called = records.filter(({ action }) => action === 'tool.called')
    expect(called.map(({ details }) => details)).toEqual([
      { tool: 'add_task', outcome: 'done', by: 'mcp', argumentsHash: expect.any(String) },
      { tool: 'delete_task', outcome: 'failed', by: 'mcp', argumentsHash: expect.any(String) },
    ])
    expect(called.map((record) => record.address)).toEqual([address, address])
    expect(JSON.stringify(records)).not.toContain(canary)
  })
})

test('a limit that stops somebody is recorded once a minute, with how often it was met', async () => {
  let now = Date.now()
  await using small = await createTestApp({
    env: { CALLS_PER_MINUTE: '60' },
    overrides: { clock: { now: () => new Date(now) } },
  })
  const user = await small.createUser()
  const burst = async () => {
    const results = await Promise.allSettled(Array.from({ length: 60 }, () => user.client.system.info.query()))
    return results.filter(({ status }) => status === 'rejected').length
  }
  const rows = () =>
    small.database.queries.select().from(schema.auditRecords).where(eq(schema.auditRecords.action, 'limit.reached'))
  const refusals = await burst()
  expect(refusals).toBeGreaterThan(2)
  // A refusal does not wait for its record.
  await expect.poll(rows).toMatchObject([{ details: { limit: 'rate-limited', procedure: 'system.info' } }])
  now += 61_000
  await burst()
  await expect.poll(rows).toMatchObject([{ details: { procedure: 'system.info' } }, { details: { repeats: refusals - 1 } }])
})

describe('admin.audit', () => {
  test('pages through everything once, while more is written', async () => {
    const first = await admin.client.admin.audit.list.query({ limit: 4 })
    await admin.client.tokens.create.mutate({ name: 'meanwhile' })
    const seen = first.items.map(({ id }) => id)
    let cursor = first.nextCursor
    while (cursor !== null) {
      const page = await admin.client.admin.audit.list.query({ limit: 4, cursor })
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect((await readLog()).map(({ id }) => id).slice(1)).toEqual(seen)
  })

  test('finds by action, by person and by day, and refuses what it does not know', async () => {
    const created = await readLog({ action: 'token.created' })
    expect(created.length).toBeGreaterThan(1)
    expect(created.every(({ action }) => action === 'token.created')).toBe(true)
    const today = new Date().toISOString().slice(0, 10)
    expect((await readLog({ from: today, to: today, action: 'token.created' })).length).toBe(created.length)
    expect(await readLog({ to: '2020-01-01' })).toEqual([])
    expect(await refused(admin.client.admin.audit.list.query({ cursor: 'x' }))).toMatchObject({ code: 'BAD_REQUEST' })
    expect(await refused(admin.client.admin.audit.list.query({ action: 'made.up' as 'token.created' }))).toMatchObject({
      code: 'BAD_REQUEST',
    })
  })

  test('says that every record is in its place soon', async () => {
    await vi.waitFor(async () => {
      expect((await readLog()).filter(({ seq }) => seq === null)).toEqual([])
    }, 60_000)
    const records = await readLog()
    const report = await admin.client.admin.audit.verify.query()
    expect(report).toMatchObject({ records: records.length, seq: records.length, fault: null, nextAfterSeq: null })
    expect(report.hash).toBe(records.find(({ seq }) => seq === records.length)?.hash)
    expect(await admin.client.admin.audit.verify.query({ afterSeq: 3 })).toMatchObject({
      records: records.length - 3,
      fault: null,
    })
  })
})
