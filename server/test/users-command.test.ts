import { once } from 'node:events'
import { schema } from '@holdfast/drizzle'
import { and, asc, eq, like } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../src/cli/open-database.ts'
import { connect, createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { createPostgresDatabase } from '../testing/create-postgres-database.ts'
import { createDataDirectory } from '../testing/data-directory.ts'
import { testPassword } from './every-procedure.ts'
import { follow } from './follow.ts'
import { runHoldfast } from './run-holdfast.ts'
import { send } from './send.ts'
import { tokenToUserId } from './token-to-user-id.ts'

const adminUrl = process.env['TEST_POSTGRES_URL']
const { auditRecords, users } = schema

let directory: Awaited<ReturnType<typeof createDataDirectory>>
let env: Record<string, string>
let app: TestApp
let owner: TestUser
beforeAll(async () => {
  directory = await createDataDirectory()
  const databaseUrl = adminUrl ? { DATABASE_URL: await createPostgresDatabase(adminUrl) } : {}
  env = {
    PORT: '0',
    DATA_DIR: directory.path,
    BETTER_AUTH_SECRET: 'a secret that is only used in tests, 32+ characters',
    PUBLIC_URL: 'http://127.0.0.1:3999',
    ...databaseUrl,
  }
  app = await createTestApp({ env })
  owner = await app.createUser()
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await directory[Symbol.asyncDispose]()
})

interface Printed {
  readonly user: { readonly id: string; readonly email: string; readonly role: string; readonly status: string }
  readonly link: { readonly url: string }
}

const holdfast = (...args: string[]) => runHoldfast(env, ['users', ...args])

/** Runs a command that has to succeed. */
async function printed<Result = Printed>(...args: string[]): Promise<Result> {
  const run = await holdfast(...args, '--json')
  expect([run.code, run.err]).toEqual([0, ''])
  return run.json() as Result
}

const post = (path: string, body: unknown) =>
  fetch(`${app.url}/api/auth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

async function setPassword({ url }: { readonly url: string }): Promise<void> {
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:3999\/reset\/[\w-]{43}$/u)
  expect((await post('reset', { token: url.split('/').at(-1), password: testPassword })).status).toBe(200)
}

const trySignIn = async (email: string) => (await post('sign-in/email', { email, password: testPassword })).status

async function signIn(email: string) {
  const answer = await post('sign-in/email', { email, password: testPassword })
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ')
  const { token } = (await (await fetch(`${app.url}/api/auth/token`, { headers: { cookie } })).json()) as { token: string }
  return connect(app.url, token)
}

/** Follows a conversation over a socket. Resolves to the time at which the server has closed it. */
async function openSocket(user: Pick<TestUser, 'client' | 'sockets'>): Promise<Promise<number>[]> {
  const { id } = await user.client.conversations.create.mutate({ title: 'Open' })
  const reader = follow(user.client, id)
  await reader.until(({ conversation }) => conversation !== null)
  reader.ended.catch(() => {})
  return user.sockets().map((socket) => once(socket, 'close').then(() => performance.now()))
}

const recordsOf = (targetId: string) =>
  app.database.queries
    .select({ action: auditRecords.action, actorId: auditRecords.actorId, details: auditRecords.details })
    .from(auditRecords)
    .where(and(like(auditRecords.action, 'user.%'), eq(auditRecords.targetId, targetId)))
    .orderBy(asc(auditRecords.at), asc(auditRecords.id))

test('a user is created, disabled, enabled and made an administrator while the server runs, with records of it', async () => {
  const email = 'robin@example.com'
  const created = await printed('create', 'Robin@Example.com')
  expect(created.user).toMatchObject({ email, name: 'Robin', role: 'member', status: 'active' })
  await setPassword(created.link)
  const person = await signIn(email)
  const sockets = await openSocket(person)

  expect((await printed('disable', email)).user.status).toBe('disabled')
  const disabledAt = performance.now()
  for (const closedAt of sockets) expect((await closedAt) - disabledAt).toBeLessThan(1_000)
  await expect(person.client.system.info.query()).rejects.toMatchObject({ data: { code: 'UNAUTHORIZED' } })
  expect(await trySignIn(email)).toBe(403)
  expect((await owner.client.system.info.query()).user.role, 'others stay').toBe('admin')

  expect((await holdfast('enable', created.user.id)).out).toBe(`${email} may sign in.\n`)
  expect(await trySignIn(email)).toBe(200)
  expect((await printed('make-admin', email)).user.role).toBe('admin')
  const admin = await signIn(email)
  expect((await admin.client.admin.users.list.query({})).items.map(({ id }) => id)).toContain(created.user.id)
  const by = 'operator'
  expect(await recordsOf(created.user.id)).toEqual([
    { action: 'user.created', actorId: null, details: { role: 'member', by } },
    { action: 'user.updated', actorId: null, details: { status: 'disabled', by } },
    { action: 'user.updated', actorId: null, details: { status: 'active', by } },
    { action: 'user.updated', actorId: null, details: { role: 'admin', status: 'active', by } },
  ])
  await Promise.all([person.close(), admin.close()])
})

test('a link sets another password, and the link before it is of no use', async () => {
  const { user, link } = await printed('create', 'sam@example.com', '--name', 'Sam', '--admin')
  expect(user).toMatchObject({ name: 'Sam', role: 'admin' })
  const again = await printed<{ userId: string; url: string }>('reset-link', user.email)
  expect(again.userId).toBe(user.id)
  expect((await post('reset', { token: link.url.split('/').at(-1), password: testPassword })).status).toBe(403)
  await setPassword(again)
  expect(await trySignIn(user.email)).toBe(200)
  const shown = await holdfast('reset-link', user.email)
  expect(shown.out).toMatch(/^Give them this link, in private\..+:\nhttp:\/\/127\.0\.0\.1:3999\/reset\/[\w-]{43}\n$/u)
  expect((await recordsOf(user.id)).map(({ action }) => action)).toEqual([
    'user.created',
    'user.reset-link-created',
    'user.reset-link-created',
  ])
})

test('who is deleted while an answer is written is gone, and the answer stops', async () => {
  const person = await app.createUser()
  const userId = tokenToUserId(person.token)
  const asked = await send(person, 'tokens 1000 at 20')
  const reader = follow(person.client, asked.conversationId)
  await reader.until(() => (reader.message(asked.assistantMessageId)?.content ?? '').length > 5)
  reader.ended.catch(() => {})
  const closed = person.sockets().map((socket) => once(socket, 'close').then(() => performance.now()))
  expect(await printed<{ userId: string }>('delete', userId)).toEqual({ userId })
  const deletedAt = performance.now()
  for (const closedAt of closed) expect((await closedAt) - deletedAt).toBeLessThan(1_000)
  await expect.poll(() => app.provider.active, { timeout: 30_000 }).toBe(0)
  expect(await app.database.queries.$count(users, eq(users.id, userId))).toBe(0)
  expect(await recordsOf(userId)).toEqual([{ action: 'user.deleted', actorId: null, details: { by: 'operator' } }])
})

test('what cannot be done is a sentence and exit code 1, and nothing changes', async () => {
  const before = await app.database.queries.select().from(users).orderBy(asc(users.id))
  const guest = tokenToUserId(owner.token)
  const refused = async (...args: string[]) => {
    const { code, out, err } = await holdfast(...args)
    return [code, out, err]
  }
  const nobody = 'There is no user nobody@example.com. "holdfast users list" shows them.\n'
  for (const act of ['disable', 'enable', 'make-admin', 'reset-link', 'delete']) {
    expect(await refused(act, 'nobody@example.com')).toEqual([1, '', nobody])
    expect((await refused(act))[2]).toContain("missing required argument 'user'")
  }
  expect(await refused('create', 'robin@example.com')).toEqual([1, '', 'There is a user robin@example.com already.\n'])
  expect(await refused('create', 'no address')).toEqual([1, '', 'no address is not an e-mail address.\n'])
  expect((await refused('create', 'x@example.com', '--name', ' '))[2]).toMatch(/^--name: /u)
  expect(await refused('reset-link', guest)).toEqual([1, '', 'This user is a guest, who has no password.\n'])
  expect((await holdfast('delete', 'nobody@example.com', '--json')).json()).toEqual({ error: nobody.trim() })
  expect(await app.database.queries.select().from(users).orderBy(asc(users.id))).toEqual(before)
  const help = await holdfast('make-admin', '--help')
  expect([help.code, help.out]).toEqual([0, expect.stringMatching(/administrator.*<user>|<user>.*administrator/su)])
})

test('the same is done while the server is stopped; the only administrator stays', async () => {
  await app[Symbol.asyncDispose]()
  const listed = await printed<{ users: Printed['user'][] }>('list', '--guests')
  const admins = listed.users.filter(({ role }) => role === 'admin')
  expect(admins).toHaveLength(3)
  const [last, ...others] = admins
  const { user } = await printed('create', 'late@example.com')
  for (const { id } of others) expect(await printed<{ userId: string }>('delete', id)).toEqual({ userId: id })
  const only = 'This is the only administrator of the server. Make somebody else one first.\n'
  for (const act of ['delete', 'disable']) {
    expect(await holdfast(act, last?.id ?? '')).toMatchObject({ code: 1, err: only })
  }
  expect((await printed('disable', user.email)).user.status).toBe('disabled')
  expect((await holdfast('list')).out).toMatch(/late@example\.com {2}late {2}disabled\n/u)
  await using database = await openDatabase({
    databaseUrl: env['DATABASE_URL'] ?? null,
    dataDir: directory.path,
    storage: { kind: 'disk', directory: null },
  })
  expect(await database.queries.$count(users, eq(users.role, 'admin'))).toBe(1)
  const sealed = await database.queries.select({ seq: auditRecords.seq }).from(auditRecords)
  expect(
    sealed.every(({ seq }) => seq !== null),
    'the records have their place in the chain',
  ).toBe(true)
})
