import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { appRouter } from '../src/api/app-router.ts'
import { countRows } from './count-rows.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { createBelongings, type Belongings } from './belongings.ts'
import { everyProcedure } from './every-procedure.ts'
import { giveAccount, renewToken } from './give-account.ts'
import { callOverHttp, callOverSocket, type Outcome, type UntypedCaller } from './untyped-call.ts'

let app: TestApp
const clock = { offsetMs: 0, now: () => new Date(Date.now() + clock.offsetMs) }
let user: TestUser
let own: Belongings
let foreign: Belongings
const callers: UntypedCaller[] = []

beforeAll(async () => {
  app = await createTestApp({ overrides: { clock } })
  user = await app.createUser()
  await user.client.admin.settings.update.mutate({ ownKeys: true })
  own = await createBelongings(app, user)
  foreign = await createBelongings(app, await app.createUser())
})
afterAll(() => app[Symbol.asyncDispose]())
afterEach(async () => {
  clock.offsetMs = 0
  await Promise.all(callers.splice(0).map((caller) => caller.close()))
})

function open(caller: UntypedCaller): UntypedCaller {
  callers.push(caller)
  return caller
}

const rows = Object.entries(everyProcedure)
const privateRows = rows.filter(([, { isPublic = false }]) => !isPublic)
const unauthorized = {
  refused: { code: 'UNAUTHORIZED', message: 'Sign in first: the token is missing or no longer valid' },
}

/** Calls every procedure that is not public with an input that is right and gives what became of each. */
async function callAll(caller: UntypedCaller, belongings: Belongings = own): Promise<Record<string, Outcome>> {
  const outcomes: Record<string, Outcome> = {}
  for (const [path, { type, input }] of privateRows) outcomes[path] = await caller.call(path, type, input?.(belongings))
  return outcomes
}

const allUnauthorized = Object.fromEntries(privateRows.map(([path]) => [path, unauthorized]))

test('nothing but what reads a shared link is public', () => {
  expect(rows.flatMap(([path, { isPublic = false }]) => (isPublic ? path : []))).toEqual(['shares.read', 'shares.follow'])
})

test('every procedure of the router has a row, and every row a procedure', () => {
  const procedures = appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>
  const types = Object.entries(procedures).map(([path, { _def }]) => [path, _def.type])
  expect(Object.fromEntries(types)).toEqual(Object.fromEntries(rows.map(([path, { type }]) => [path, type])))
})

describe.each(['HTTP and SSE', 'WebSocket'] as const)('over %s', (transport) => {
  const withToken = (token: string | null) =>
    open(
      transport === 'WebSocket'
        ? callOverSocket(app.url, token === null ? null : { token })
        : callOverHttp(app.url, token === null ? {} : { authorization: `Bearer ${token}` }),
    )

  test('[S1] [X1] nothing answers without a token (attack A1)', async () => {
    expect(await callAll(withToken(null))).toEqual(allUnauthorized)
  })

  test('nothing answers to a token that is made up or changed', async () => {
    const [header = '', body = '', signature = ''] = user.token.split('.')
    const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')
    const tokens = [
      'garbage',
      '',
      'null',
      'a.b.c',
      `${header}.${body}.`,
      `${none}.${body}.`,
      `${header}.${body}.${signature.slice(0, -4)}AAAA`,
    ]
    for (const token of [...tokens, 'pat_garbage', 'x'.repeat(5_000)]) {
      expect(await callAll(withToken(token))).toEqual(allUnauthorized)
    }
  })

  test('nothing answers to a token that has expired', async () => {
    clock.offsetMs = 10 * 60_000
    expect(await callAll(withToken(user.token))).toEqual(allUnauthorized)
  })

  test('[S2] nothing answers to a token that was made for /mcp, by a session or as an access token (attack A3)', async () => {
    const answer = await fetch(`${app.url}/api/auth/token?audience=mcp`, { headers: { cookie: user.cookie } })
    const { token: jwt } = (await answer.json()) as { token: string }
    const { token: accessToken } = await user.client.tokens.create.mutate({ name: 'mcp', scopes: ['mcp'] })
    for (const token of [jwt, accessToken]) expect(await callAll(withToken(token))).toEqual(allUnauthorized)
  })

  test('[S5] nothing answers to a session that was ended, or an access token that was revoked (attack A4)', async () => {
    const leaver = await app.createUser()
    const { id, token } = await leaver.client.tokens.create.mutate({ name: 'script' })
    await leaver.client.tokens.revoke.mutate({ tokenId: id })
    expect(await callAll(withToken(token))).toEqual(allUnauthorized)
    const headers = { cookie: leaver.cookie, 'content-type': 'application/json', origin: app.url }
    const signedOut = await fetch(`${app.url}/api/auth/sign-out`, { method: 'POST', headers, body: '{}' })
    expect(signedOut.status).toBe(200)
    expect(await callAll(withToken(leaver.token))).toEqual(allUnauthorized)
  })

  test('[S1] nothing answers to a cookie (attack D2)', async () => {
    const headers = { cookie: user.cookie }
    const caller = transport === 'WebSocket' ? callOverSocket(app.url, null, headers) : callOverHttp(app.url, headers)
    expect(await callAll(open(caller))).toEqual(allUnauthorized)
  })
})

test('[S1] no transport takes the token from the address (attack A14)', async () => {
  const query = `token=${user.token}&authorization=Bearer%20${user.token}`
  const answer = await fetch(`${app.url}/trpc/system.info?${query}`)
  expect(answer.status).toBe(401)
  const stream = await fetch(`${app.url}/trpc/activity.follow?${query}`, { headers: { accept: 'text/event-stream' } })
  expect(await stream.text()).toContain('UNAUTHORIZED')
})

/** After these, what they ended cannot be used for another procedure. */
const endsSomething = /\.(?:delete|deletePermanently|revoke|cancel|decide|answer|withdraw|replace)$/u

/** Somebody with one of everything. */
async function createOwner(): Promise<[TestUser, Belongings]> {
  const owner = await app.createUser()
  return [owner, await createBelongings(app, owner)]
}
/** Whose things are changed, one after the other. */
let changing: ReturnType<typeof createOwner> | undefined

test.each(rows.filter(([, { ids = [] }]) => ids.length > 0))(
  "[R3] %s answers to another user's ids as to ids that do not exist (attacks C1, C3)",
  async (path, { type, input, ids = [] }) => {
    const stranger = await app.createUser()
    const before = await countRows(app.database, user)
    const body = input?.(own)
    const caller = open(callOverSocket(app.url, { token: stranger.token }))
    for (const id of ids) {
      const theirs = await caller.call(path, type, body)
      expect(theirs).toMatchObject({ refused: { code: 'NOT_FOUND' } })
      const unknown = Object.fromEntries(
        Object.entries(body ?? {}).map(([key, value]) => [key, ids.includes(key) ? randomUUID() : value]),
      )
      expect(await caller.call(path, type, unknown)).toEqual(theirs)
      expect(await caller.call(path, type, { ...unknown, [id]: body?.[id] })).toEqual(theirs)
    }
    expect(await countRows(app.database, user)).toEqual(before)
  },
)

test.each(rows)('%s answers its owner', async (path, { type, input, isForAdmins = false, isForAccounts = false }) => {
  const isShared = isForAdmins || type !== 'mutation'
  const isLast = isForAccounts || path === 'account.delete' || endsSomething.test(path)
  const [owner, belongings] = isShared ? [user, own] : isLast ? await createOwner() : await (changing ??= createOwner())
  if (isForAccounts) await giveAccount(app.url, owner)
  const caller = open(callOverHttp(app.url, { authorization: `Bearer ${await renewToken(app.url, owner)}` }))
  expect(await caller.call(path, type, input?.(belongings))).toMatchObject({ answer: expect.anything() })
})

test.each(rows.filter(([, { isForAdmins }]) => isForAdmins))(
  '%s answers nobody but an administrator, and no guest (attacks B7, C12)',
  async (path, { type, input }) => {
    const member = await app.createUser()
    const before = await countRows(app.database, user)
    for (const body of [input?.(own), { unknown: 1 }]) {
      const outcome = await open(callOverSocket(app.url, { token: member.token })).call(path, type, body)
      expect(outcome).toMatchObject({ refused: { code: 'FORBIDDEN', reason: 'admin-only' } })
    }
    expect(await countRows(app.database, user)).toEqual(before)
  },
)

test.each(rows.filter(([, { ids = [] }]) => ids.length > 1))(
  '[R3] %s does not let the owner mix in what belongs to another (attack C2)',
  async (path, { type, input, ids = [] }) => {
    const body = input?.(own) ?? {}
    const others = input?.(foreign) ?? {}
    const caller = open(callOverHttp(app.url, { authorization: `Bearer ${await renewToken(app.url, user)}` }))
    for (const id of ids) {
      const mixed = await caller.call(path, type, { ...body, [id]: others[id] })
      expect(mixed).toMatchObject({ refused: { code: 'NOT_FOUND' } })
      expect(await caller.call(path, type, { ...body, [id]: randomUUID() })).toEqual(mixed)
    }
  },
)
