import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { schema } from '@holdfast/drizzle'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { executeRows } from '../src/platform/database/database.ts'
import { connect, createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { createDataDirectory } from '../testing/data-directory.ts'
import { tokens } from '../testing/scripted-provider/index.ts'
import { createBelongings } from './belongings.ts'
import { everyProcedure, testPassword } from './every-procedure.ts'
import { follow } from './follow.ts'
import { send } from './send.ts'
import { tokenToUserId } from './token-to-user-id.ts'
import { callOverHttp } from './untyped-call.ts'
import { upload } from './upload.ts'

let app: TestApp
let directory: Awaited<ReturnType<typeof createDataDirectory>>
let admin: TestUser
beforeAll(async () => {
  directory = await createDataDirectory()
  app = await createTestApp({ env: { DATA_DIR: directory.path } })
  admin = await app.createUser()
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await directory[Symbol.asyncDispose]()
})

const idOf = (user: { token: string }) => tokenToUserId(user.token)
const conflict = { data: { code: 'CONFLICT' } }
const post = (path: string, body: unknown, cookie = '') =>
  fetch(`${app.url}/api/auth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify(body),
  })
const toCookie = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ')

/** A new account that has signed in, made by an administrator's link. */
async function createAccount(role: 'admin' | 'member' = 'member') {
  const email = `${randomUUID()}@example.com`
  const { user, link } = await admin.client.admin.users.create.mutate({ name: 'Robin', email, role })
  expect((await post('reset', { token: link.url.split('/').at(-1), password: testPassword })).status).toBe(200)
  return { id: user.id, email, signIn: () => signIn(email) }
}

async function signIn(email: string, password = testPassword) {
  const answer = await post('sign-in/email', { email, password })
  if (!answer.ok) return { status: answer.status, code: ((await answer.json()) as { code: string }).code, user: null }
  const cookie = toCookie(answer)
  const { token } = (await (await fetch(`${app.url}/api/auth/token`, { headers: { cookie } })).json()) as { token: string }
  return { status: 200, code: null, user: { cookie, ...connect(app.url, token) } }
}

async function signedIn(email: string) {
  const { user } = await signIn(email)
  if (user === null) throw new Error('the sign-in should work')
  return user
}

/** Follows a conversation over a socket. */
async function openSocket(user: Pick<TestUser, 'client' | 'sockets'>) {
  const { id } = await user.client.conversations.create.mutate({ title: 'Open' })
  const reader = follow(user.client, id)
  await reader.until(({ conversation }) => conversation !== null)
  // The client opens another one after it, which is refused.
  const closed = Promise.all(user.sockets().map((socket) => once(socket, 'close').then(() => performance.now())))
  return {
    /** How long after `since` the server had closed it. */
    endedAfterMs: async (since: number) => {
      const [closedAt = since] = await closed
      await reader.ended.catch(() => undefined)
      return closedAt - since
    },
    isOpen: async () => {
      await user.client.conversations.update.mutate({ conversationId: id, title: 'Still open' })
      await reader.until(({ conversation }) => conversation?.title === 'Still open')
      reader.stop()
    },
  }
}

test('[S11] a disabled person is out within a second: open sockets, sessions, access tokens, sign-in; enabled again, they sign in', async () => {
  const { id, email } = await createAccount()
  const person = await signedIn(email)
  const { token } = await person.client.tokens.create.mutate({ name: 'script' })
  const script = connect(app.url, token)
  const sockets = [await openSocket(person), await openSocket(script)]
  const control = await openSocket(admin)
  expect(await admin.client.admin.users.update.mutate({ userId: id, status: 'disabled' })).toMatchObject({ status: 'disabled' })
  const start = performance.now()
  for (const socket of sockets) expect(await socket.endedAfterMs(start)).toBeLessThan(1_000)
  await control.isOpen()
  for (const client of [person.client, script.client]) {
    await expect(client.system.info.query()).rejects.toMatchObject({ data: { code: 'UNAUTHORIZED' } })
  }
  expect(await signIn(email)).toMatchObject({ status: 403, code: 'ACCOUNT_DISABLED' })
  await admin.client.admin.users.update.mutate({ userId: id, status: 'active' })
  expect(await signIn(email)).toMatchObject({ status: 200 })
  await expect(script.client.system.info.query(), 'access tokens stay ended').rejects.toMatchObject({
    data: { code: 'UNAUTHORIZED' },
  })
  await script.close()
  await person.close()
})

test('ending the sessions of a person closes their sockets; they may sign in again', async () => {
  const { id, email } = await createAccount()
  const person = await signedIn(email)
  const socket = await openSocket(person)
  expect(await admin.client.admin.users.revokeSessions.mutate({ userId: id })).toEqual({ ended: 1 })
  const start = performance.now()
  expect(await socket.endedAfterMs(start)).toBeLessThan(1_000)
  expect(await signIn(email)).toMatchObject({ status: 200 })
  await person.close()
})

test('who is deleted is gone with everything, bytes of files and a running answer included; others keep theirs (attack C11)', async () => {
  const person = await app.createUser()
  const userId = idOf(person)
  await createBelongings(app, person)
  const other = await app.createUser()
  const [{ id: fileId }, shared] = [await upload(app, person, 'only theirs'), await upload(app, person, 'of two people')]
  const kept = await upload(app, other, 'of two people')
  const stored = await app.database.queries.select().from(schema.files)
  const pathOf = (id: string) => {
    const hash = stored.find((row) => row.id === id)?.sha256 ?? ''
    return join(directory.path, 'files', hash.slice(0, 2), hash)
  }
  expect(
    [fileId, shared.id, kept.id].map((id) => existsSync(pathOf(id))),
    'before',
  ).toEqual([true, true, true])
  const running = await send(person, 'tokens 1000 at 20')
  const answer = follow(person.client, running.conversationId)
  await answer.until(() => (answer.message(running.assistantMessageId)?.content ?? '').length > 5)
  const socket = await openSocket(person)
  expect(await admin.client.admin.users.delete.mutate({ userId })).toEqual({ userId })
  const start = performance.now()
  expect(await socket.endedAfterMs(start)).toBeLessThan(1_000)
  await expect.poll(() => app.provider.active, { timeout: 30_000 }).toBe(0)

  const columns = await executeRows<{ table_name: string; column_name: string }>(
    app.database.queries,
    sql`select table_name, column_name from information_schema.columns
        where table_schema = 'public' and data_type = 'uuid' and column_name in ('user_id', 'owner_id', 'used_by', 'created_by')`,
  )
  expect(columns.length, 'tables that name a person').toBeGreaterThan(15)
  for (const { table_name: table, column_name: column } of [...columns, { table_name: 'users', column_name: 'id' }]) {
    const [left] = await executeRows<{ n: number }>(
      app.database.queries,
      sql`select count(*)::int as n from ${sql.identifier(table)} where ${sql.identifier(column)} = ${userId}`,
    )
    expect([table, left?.n]).toEqual([table, 0])
  }
  expect((await other.client.files.get.query({ fileId: kept.id })).id).toBe(kept.id)
  expect([fileId, shared.id, kept.id].map((id) => existsSync(pathOf(id)))).toEqual([false, true, true])
  await expect(admin.client.admin.users.delete.mutate({ userId })).rejects.toMatchObject({ data: { code: 'NOT_FOUND' } })
})

describe('the last active administrator', () => {
  test('[S11] cannot be demoted, disabled or deleted, by anybody or by themselves', async () => {
    const userId = idOf(admin)
    const { users } = admin.client.admin
    await expect(users.update.mutate({ userId, role: 'member' })).rejects.toMatchObject(conflict)
    for (const status of ['disabled', 'pending'] as const) {
      await expect(users.update.mutate({ userId, status })).rejects.toMatchObject(conflict)
    }
    await expect(users.delete.mutate({ userId })).rejects.toMatchObject({ data: { code: 'BAD_REQUEST' } })
    await expect(admin.client.account.delete.mutate({ confirm: 'guest' })).rejects.toMatchObject(conflict)
    expect(await users.get.query({ userId })).toMatchObject({ role: 'admin', status: 'active' })
  })

  test('is one of two who demote each other at the same moment', async () => {
    const second = await createAccount('admin')
    const other = await signedIn(second.email)
    const outcomes = await Promise.allSettled([
      admin.client.admin.users.update.mutate({ userId: second.id, role: 'member' }),
      other.client.admin.users.update.mutate({ userId: idOf(admin), role: 'member' }),
    ])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    // Whoever is left lets the other one in again, and a second administrator can go.
    const left = outcomes[0]?.status === 'fulfilled' ? admin : other
    await left.client.admin.users.update.mutate({ userId: idOf(admin), role: 'admin' })
    await admin.client.admin.users.update.mutate({ userId: second.id, role: 'admin' })
    await other.client.account.delete.mutate({ confirm: second.email.toUpperCase() })
    await expect(admin.client.admin.users.get.query({ userId: second.id })).rejects.toMatchObject({
      data: { code: 'NOT_FOUND' },
    })
    await other.close()
  })
})

test('an administrator finds people by name, address and state, page by page, and no guest by the address that was made up', async () => {
  const { id, email } = await createAccount()
  const { list } = admin.client.admin.users
  expect((await list.query({ query: email.slice(0, 20).toUpperCase() })).items).toMatchObject([
    { id, email, role: 'member', status: 'active', isGuest: false, limits: {}, lastSeenAt: null },
  ])
  await (await signedIn(email)).close()
  const [seen] = (await list.query({ query: email })).items
  expect(Date.parse(seen?.lastSeenAt ?? '')).toBeGreaterThan(Date.now() - 60_000)
  const all: string[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof list.query>> = await list.query({ limit: 2, cursor })
    all.push(...page.items.map((item) => item.id))
    cursor = page.nextCursor
  } while (cursor !== null)
  expect(new Set(all).size).toBe(all.length)
  expect(all.length).toBe(await app.database.queries.$count(schema.users))
  const [made] = await app.database.queries
    .select({ email: schema.users.email })
    .from(schema.users)
    .where(sql`${schema.users.id} = ${idOf(admin)}`)
  expect((await list.query({ query: made?.email ?? '' })).items).toEqual([])
  expect((await list.query({ guests: false })).items.every(({ isGuest }) => !isGuest)).toBe(true)
  const limits = { tokensPerDay: 5, stepsPerAnswer: null }
  expect(await admin.client.admin.users.update.mutate({ userId: id, limits })).toMatchObject({ limits })
})

test('an invitation is shown once, listed without its link, and withdrawn', async () => {
  const { create, list, revoke } = admin.client.admin.invites
  const made = await create.mutate({ role: 'member', expiresInDays: 1 })
  const token = made.url.split('/').at(-1) ?? ''
  expect(made).toMatchObject({ state: 'open', email: null, url: expect.stringMatching(/\/invite\/[\w-]{43}$/u) })
  expect(JSON.stringify(await list.query())).not.toContain(token)
  expect((await list.query()).items.map(({ id }) => id)).toContain(made.id)
  expect((await post('invite/look', { token })).status).toBe(200)
  await revoke.mutate({ inviteId: made.id })
  expect((await post('invite/look', { token })).status).toBe(403)
  expect((await list.query()).items.map(({ id }) => id)).not.toContain(made.id)
  expect((await list.query({ all: true })).items).toContainEqual(expect.objectContaining({ id: made.id, state: 'revoked' }))
})

test('[S12] a service account calls by its tokens, within their scopes, and nobody signs in with it or makes it an administrator', async () => {
  const { user, token } = await admin.client.admin.serviceAccounts.create.mutate({ name: 'Reports', scopes: ['api'] })
  expect(user).toMatchObject({ name: 'Reports', email: null, role: 'member', isService: true, isGuest: false })
  const program = connect(app.url, token.token)
  try {
    expect((await program.client.system.info.query()).user).toMatchObject({ id: user.id, name: 'Reports', role: 'member' })
    await expect(program.client.tokens.create.mutate({ name: 'more' })).rejects.toMatchObject({ data: { code: 'UNAUTHORIZED' } })
    const atMcp = await fetch(`${app.url}/mcp`, { method: 'POST', headers: { authorization: `Bearer ${token.token}` } })
    expect(atMcp.status).toBe(401)
    const next = await admin.client.admin.serviceAccounts.createToken.mutate({ userId: user.id, name: 'next', scopes: ['mcp'] })
    expect(next.token).not.toBe(token.token)
    await expect(admin.client.admin.users.resetLink.mutate({ userId: user.id })).rejects.toMatchObject({
      data: { code: 'BAD_REQUEST' },
    })
    await expect(admin.client.admin.users.update.mutate({ userId: user.id, role: 'admin' })).rejects.toMatchObject({
      data: { code: 'BAD_REQUEST', issues: [{ path: 'role' }] },
    })
    const { user: person } = await admin.client.admin.users.create.mutate({ name: 'P', email: `${randomUUID()}@example.com` })
    await expect(
      admin.client.admin.serviceAccounts.createToken.mutate({ userId: person.id, name: 'of a person' }),
    ).rejects.toMatchObject({ data: { code: 'NOT_FOUND' } })
    await admin.client.admin.users.update.mutate({ userId: user.id, status: 'disabled' })
    await expect(program.client.system.info.query()).rejects.toMatchObject({ data: { code: 'UNAUTHORIZED' } })
  } finally {
    await program.close()
  }
})

test('what is kept is told in bytes and by person, the largest first, without the names of files', async () => {
  const [less, more] = [await app.createUser(), await app.createUser()]
  await upload(app, less, 'x'.repeat(10))
  const before = await admin.client.admin.storage.get.query()
  const kept = [await upload(app, more, 'x'.repeat(20_000), { name: 'named.txt' }), await upload(app, more, 'y'.repeat(5))]
  const storage = await admin.client.admin.storage.get.query()
  expect(storage.files.bytes - before.files.bytes).toBe(20_005)
  expect(storage.files.count - before.files.count).toBe(2)
  expect(storage.databaseBytes).toBeGreaterThan(1_000_000)
  expect(storage.freeBytes).toBeGreaterThan(0)
  const own = storage.files.people.filter(({ userId }) => [idOf(less), idOf(more)].includes(userId))
  expect(own).toMatchObject([
    { userId: idOf(more), name: 'Guest', isGuest: true, count: 2, bytes: 20_005 },
    { userId: idOf(less), count: 1, bytes: 10 },
  ])
  expect(JSON.stringify(storage)).not.toContain('named')
  await more.client.files.delete.mutate({ fileId: kept[0]?.id ?? '' })
  expect((await admin.client.admin.storage.get.query()).files.bytes).toBe(before.files.bytes + 5)
  await expect(less.client.admin.storage.get.query()).rejects.toMatchObject({ data: { code: 'FORBIDDEN' } })
})

test('[S9] an access token of an administrator makes nothing that would outlive it', async () => {
  const { token } = await admin.client.tokens.create.mutate({ name: 'script' })
  const script = connect(app.url, token)
  const { users, invites } = script.client.admin
  const member = idOf(await app.createUser())
  const unauthorized = { data: { code: 'UNAUTHORIZED' } }
  await expect(users.create.mutate({ name: 'x', email: 'x@example.com' })).rejects.toMatchObject(unauthorized)
  await expect(users.resetLink.mutate({ userId: member })).rejects.toMatchObject(unauthorized)
  await expect(users.update.mutate({ userId: member, role: 'admin' })).rejects.toMatchObject(unauthorized)
  await expect(invites.create.mutate({})).rejects.toMatchObject(unauthorized)
  expect(await users.update.mutate({ userId: member, status: 'disabled' }), 'others it may').toMatchObject({ status: 'disabled' })
  await script.close()
})

describe('an account', () => {
  test('lists where it is signed in, and ends one session with its open sockets', async () => {
    const { email } = await createAccount()
    const [here, there] = [await signedIn(email), await signedIn(email)]
    const socket = await openSocket(there)
    const { items } = await here.client.account.sessions.list.query()
    expect(items.map(({ isCurrent }) => isCurrent).sort()).toEqual([false, true])
    expect(items[0]).toMatchObject({ userAgent: 'node', address: '127.0.0.1' })
    const other = items.find(({ isCurrent }) => !isCurrent)?.id ?? ''
    await here.client.account.sessions.revoke.mutate({ sessionId: other })
    const start = performance.now()
    expect(await socket.endedAfterMs(start)).toBeLessThan(1_000)
    expect((await here.client.account.sessions.list.query()).items).toHaveLength(1)
    await Promise.all([here.close(), there.close()])
  })

  test('changes its password with the old one, which ends everything else', async () => {
    const { email } = await createAccount()
    const [here, there] = [await signedIn(email), await signedIn(email)]
    const { token } = await there.client.tokens.create.mutate({ name: 'script' })
    const change = (currentPassword: string, newPassword: string) =>
      here.client.account.password.change.mutate({ currentPassword, newPassword })
    await expect(change('a wrong password', 'another password')).rejects.toMatchObject({
      data: { code: 'BAD_REQUEST', issues: [{ path: 'currentPassword' }] },
    })
    await expect(change(testPassword, 'password123')).rejects.toMatchObject({ data: { issues: [{ path: 'newPassword' }] } })
    expect((await there.client.system.info.query()).user.email, 'nothing has changed').toBe(email)
    expect(await change(testPassword, 'another password')).toEqual({ ended: 2 })
    expect((await here.client.system.info.query()).user.email).toBe(email)
    for (const gone of [there, connect(app.url, token)]) {
      await expect(gone.client.system.info.query()).rejects.toMatchObject({ data: { code: 'UNAUTHORIZED' } })
      await gone.close()
    }
    expect(await signIn(email)).toMatchObject({ status: 401 })
    expect(await signIn(email, 'another password')).toMatchObject({ status: 200 })
    await here.close()
  })

  test('changes its name, and its address with the password; a taken one is refused', async () => {
    const [first, second] = [await createAccount(), await createAccount()]
    const person = await signedIn(first.email)
    const { update } = person.client.account
    expect(await update.mutate({ name: 'Sam' })).toEqual({ name: 'Sam', email: first.email })
    const email = `${randomUUID()}@example.com`
    await expect(update.mutate({ email })).rejects.toMatchObject({ data: { issues: [{ path: 'currentPassword' }] } })
    await expect(update.mutate({ email: second.email, currentPassword: testPassword })).rejects.toMatchObject({
      data: { issues: [{ path: 'email' }] },
    })
    expect(await update.mutate({ email: email.toUpperCase(), currentPassword: testPassword })).toEqual({ name: 'Sam', email })
    expect(await signIn(email)).toMatchObject({ status: 200 })
    await person.close()
  })

  test('is deleted by its owner after they have typed its address, and not with an access token', async () => {
    const { id, email } = await createAccount()
    const person = await signedIn(email)
    const { token } = await person.client.tokens.create.mutate({ name: 'script' })
    const script = connect(app.url, token)
    await expect(script.client.account.delete.mutate({ confirm: email })).rejects.toMatchObject({
      data: { code: 'UNAUTHORIZED' },
    })
    await expect(person.client.account.delete.mutate({ confirm: 'guest' })).rejects.toMatchObject({
      data: { issues: [{ path: 'confirm' }] },
    })
    expect(await person.client.account.delete.mutate({ confirm: email })).toEqual({ id })
    expect(await signIn(email)).toMatchObject({ status: 401 })
    const guest = await app.createUser()
    expect(await guest.client.account.delete.mutate({ confirm: 'guest' })).toEqual({ id: idOf(guest) })
    await Promise.all([person.close(), script.close()])
  })
})

test('no procedure of the administration gives a word of what people wrote', async () => {
  const person = await app.createUser()
  const canary = `canary-${randomUUID()}`
  app.provider.script(tokens(1))
  const { id: conversationId } = await person.client.conversations.create.mutate({ title: canary, instructions: canary })
  await send(person, canary, { conversationId })
  await person.client.drafts.set.mutate({ conversationId, content: canary })
  await person.client.goals.create.mutate({ title: canary })
  await upload(app, person, canary, { name: `${canary}.txt` })
  const caller = callOverHttp(app.url, { authorization: `Bearer ${admin.token}` })
  const queries = Object.entries(everyProcedure).filter(([path, row]) => path.startsWith('admin.') && row.type === 'query')
  expect(queries.length).toBeGreaterThan(3)
  const own = { memberId: idOf(person) } as Parameters<NonNullable<(typeof everyProcedure)[string]['input']>>[0]
  for (const [path, { type, input }] of queries) {
    const outcome = await caller.call(path, type, input?.(own))
    expect(outcome).toMatchObject({ answer: expect.anything() })
    expect(JSON.stringify(outcome)).not.toContain(canary)
  }
  await caller.close()
})

test('[S10] a new server on all addresses lets nobody in until its link was used', async () => {
  await using fresh = await createTestApp({
    env: { HOST: '0.0.0.0', PUBLIC_URL: 'http://127.0.0.1:3000' },
    provider: app.provider,
  })
  const url = fresh.url.replace('0.0.0.0', '127.0.0.1')
  const call = (path: string, body?: unknown) =>
    fetch(`${url}${path}`, {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    })
  const account = { name: 'Robin', email: 'robin@example.com', password: testPassword }
  for (const [path, body, status] of [
    ['/api/auth/sign-in/anonymous', {}, 403],
    ['/api/auth/sign-up/email', account, 403],
    ['/api/auth/sign-in/email', account, 401],
    ['/api/auth/token', undefined, 401],
    ['/trpc/system.info', undefined, 401],
    ['/mcp', { jsonrpc: '2.0', id: 1, method: 'ping' }, 401],
    ['/api/uploads', {}, 401],
    ['/api/auth/setup', { token: 'x'.repeat(43), ...account }, 403],
  ] as const) {
    expect([path, (await call(path, body)).status]).toEqual([path, status])
  }
  expect(await fresh.database.queries.$count(schema.users)).toBe(0)
  const link = (await fresh.app.createSetUpLink()) ?? ''
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:3000\/setup\?token=[\w-]{43}$/u)
  const used = await call('/api/auth/setup', { token: new URL(link).searchParams.get('token'), ...account })
  expect(used.status).toBe(200)
  const { token } = (await (await fetch(`${url}/api/auth/token`, { headers: { cookie: toCookie(used) } })).json()) as {
    token: string
  }
  const owner = connect(url, token)
  expect((await owner.client.system.info.query()).user).toMatchObject({ role: 'admin', email: account.email })
  expect((await owner.client.admin.settings.get.query()).settings).toMatchObject({ guests: false, signUp: 'invite' })
  expect((await call('/api/auth/sign-in/anonymous', {})).status).toBe(403)
  expect(await fresh.app.createSetUpLink()).toBeNull()
  await owner.close()
})

test('the last person of a server that others reach leaves: a new link is in the log, and nobody gets in without it', async () => {
  await using fresh = await createTestApp({
    env: { HOST: '0.0.0.0', PUBLIC_URL: 'http://127.0.0.1:3000' },
    provider: app.provider,
  })
  const url = fresh.url.replace('0.0.0.0', '127.0.0.1')
  const call = (path: string, body: unknown) =>
    fetch(`${url}/api/auth/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
  const account = { name: 'Robin', email: 'robin@example.com', password: testPassword }
  const setUp = async (link: string) => {
    const used = await call('setup', { token: new URL(link).searchParams.get('token'), ...account })
    expect(used.status).toBe(200)
    return connectWith(toCookie(used))
  }
  const connectWith = async (cookie: string) => {
    const { token } = (await (await fetch(`${url}/api/auth/token`, { headers: { cookie } })).json()) as { token: string }
    return connect(url, token)
  }
  const owner = await setUp((await fresh.app.createSetUpLink()) ?? '')
  await owner.client.account.delete.mutate({ confirm: account.email })
  const message = fresh.logs.find(({ event }) => event === 'set-up-needed')?.['msg']
  const [link = ''] = /http:\S+\/setup\?token=[\w-]{43}$/u.exec(String(message)) ?? []
  expect((await call('sign-in/anonymous', {})).status).toBe(403)
  expect((await call('sign-up/email', account)).status).toBe(403)
  const next = await setUp(link)
  expect((await next.client.system.info.query()).user.role).toBe('admin')

  // The address of the provider may be inside of the operator's network: it is for those who have an account.
  await next.client.admin.settings.update.mutate({ guests: true })
  const guest = await connectWith(toCookie(await call('sign-in/anonymous', {})))
  expect((await guest.client.system.info.query()).model).toMatchObject({ id: 'scripted-1', host: '' })
  expect((await next.client.system.info.query()).model.host).toBe(new URL(app.provider.baseUrl).host)
  await Promise.all([owner.close(), next.close(), guest.close()])
})
