import { schema } from '@holdfast/drizzle'
import { eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAuthServer, createTestPglite, type Answer, type AuthServer } from '../../../test/create-auth-server.ts'
import { mayHavePasskeys } from './passkey-plugins.ts'

const { auditRecords, passkeys, users } = schema
const codeOf = (answer: Answer) => [answer.status, answer.json()['code']]

let server: AuthServer
let pglite: Awaited<ReturnType<typeof createTestPglite>>
beforeAll(async () => {
  pglite = await createTestPglite()
  server = await createAuthServer({ pglite, publicUrl: 'http://localhost:3000' })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await pglite.close()
})

let count = 0
async function newAccount() {
  const email = `person-${(count += 1)}@example.com`
  const body = { name: 'A Person', email, password: 'correct horse battery' }
  const { cookie } = await server.send('/api/auth/sign-up/email', { body })
  const [user] = await server.queries.select().from(users).where(eq(users.email, email))
  return { cookie: cookie ?? '', userId: user?.id ?? '' }
}
const newKey = (userId: string) => ({
  id: uuidv7(),
  userId,
  name: 'A laptop',
  publicKey: 'AAAA',
  credentialID: uuidv7(),
  counter: 0,
  deviceType: 'singleDevice',
  backedUp: false,
})
const registerOptions = (cookie: string | null) => server.send('/api/auth/passkey/generate-register-options', { cookie })

test.each([
  ['https://chat.example.com', true],
  ['http://localhost:3000', true],
  ['http://chat.example.com', false],
  ['https://10.0.0.1', false],
  ['http://127.0.0.1:3000', false],
  ['https://[::1]', false],
])('at %s browsers make passkeys: %s', (origin, may) => {
  expect(mayHavePasskeys(origin)).toBe(may)
})

test('a server at an address of numbers has none, and says so', async () => {
  expect((await server.send('/api/auth/options')).json()).toMatchObject({ passkeys: true })
  await using other = await createAuthServer({ pglite })
  expect((await other.send('/api/auth/options')).json()).toMatchObject({ passkeys: false })
  expect((await other.send('/api/auth/passkey/generate-authenticate-options')).status).toBe(404)
})

test('an account makes one, of which the device has to check who holds it; a guest and a stranger do not', async () => {
  const { cookie } = await newAccount()
  const options = await registerOptions(cookie)
  expect(options.json()).toMatchObject({
    rp: { id: 'localhost', name: 'Holdfast' },
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  expect(codeOf(await registerOptions(await server.guest()))).toEqual([403, 'GUEST_REFUSED'])
  expect((await registerOptions(null)).status).toBe(401)
})

test('a person has at most 20', async () => {
  const { cookie, userId } = await newAccount()
  await server.queries.insert(passkeys).values(Array.from({ length: 20 }, () => newKey(userId)))
  const answer = await registerOptions(cookie)
  expect([answer.status, answer.json()['message']]).toEqual([400, 'You have 20 passkeys. Remove one first'])
})

test('somebody removes their own, and nobody elses', async () => {
  const [mine, other] = [await newAccount(), await newAccount()]
  const key = newKey(mine.userId)
  await server.queries.insert(passkeys).values(key)
  const remove = (cookie: string) => server.send('/api/auth/passkey/delete-passkey', { cookie, body: { id: key.id } })
  expect((await remove(other.cookie)).status).toBe(401)
  expect(JSON.parse((await server.send('/api/auth/passkey/list-user-passkeys', mine)).text)).toMatchObject([{ name: 'A laptop' }])
  expect((await remove(mine.cookie)).status).toBe(200)
  expect(await server.queries.select().from(passkeys).where(eq(passkeys.id, key.id))).toEqual([])
  const records = await server.queries.select().from(auditRecords).where(eq(auditRecords.actorId, mine.userId))
  expect(records.map(({ action }) => action)).toContain('passkey.changed')
})

test('a made-up answer opens nothing, and no members but our own are taken', async () => {
  const { userId } = await newAccount()
  const key = newKey(userId)
  await server.queries.insert(passkeys).values(key)
  const begun = await server.send('/api/auth/passkey/generate-authenticate-options')
  const cookie = (begun.headers['set-cookie'] ?? []).map((line) => line.split(';', 1)[0]).join('; ')
  const verify = (body: Record<string, unknown>, as: string | null = cookie) =>
    server.send('/api/auth/passkey/verify-authentication', { cookie: as, body })
  const part = Buffer.from('{}').toString('base64url')
  const response = {
    id: key.credentialID,
    rawId: key.credentialID,
    type: 'public-key',
    clientExtensionResults: {},
    response: { clientDataJSON: part, authenticatorData: part, signature: part },
  }
  expect((await verify({ response }, null)).status).toBe(400)
  const forged = await verify({ response })
  expect([400, 401]).toContain(forged.status)
  expect(forged.cookie).toBeNull()
  expect((await verify({ response, more: 1 })).status).toBe(400)
  const account = await newAccount()
  const register = { response, name: 'x', createSession: true }
  expect((await server.send('/api/auth/passkey/verify-registration', { ...account, body: register })).status).toBe(400)
})
