import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAuthServer, type AuthServer } from '../../../test/create-auth-server.ts'
import type { Deps } from '../trpc/deps.ts'
import { createCallerFactory } from '../trpc/procedures.ts'
import { createCallLimits } from '../../platform/call-limits.ts'
import type { User } from '../../auth/auth.ts'
import { tokensRouter } from './tokens-router.ts'

let server: AuthServer
let user: User | null
beforeAll(async () => {
  server = await createAuthServer()
  user = await server.auth.verifyToken(await server.token(await server.guest()), 'api')
})
afterAll(() => server[Symbol.asyncDispose]())

const callAs = (caller: User | null) => {
  const { queries, clock, bus, auth, logger, audit } = server
  const callLimits = createCallLimits({ pointsPerMinute: 1_000 })
  const config = { isForThisMachine: true }
  const deps = { config, database: { queries }, callLimits, clock, bus, auth, logger, audit } as unknown as Deps
  return createCallerFactory(tokensRouter)({
    deps,
    user: caller,
    socket: null,
    address: null,
    requestId: 'test',
  })
}

test('a token is made, listed without its text, and revoked', async () => {
  const tokens = callAs(user)
  const { id, token } = await tokens.create({ name: 'My script' })
  const { items } = await tokens.list()
  expect(items.map((item) => item.id)).toEqual([id])
  expect(JSON.stringify(items)).not.toContain(token)
  expect(await tokens.revoke({ tokenId: id })).toEqual({ tokenId: id })
  expect(await tokens.list()).toEqual({ items: [] })
})

test('without a user nothing is answered, and a token is not enough to make another', async () => {
  const nobody = callAs(null)
  await expect(nobody.list()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  await expect(nobody.create({ name: 'n' })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  await expect(nobody.revoke({ tokenId: '00000000-0000-7000-8000-000000000000' })).rejects.toMatchObject({
    code: 'UNAUTHORIZED',
  })
  const { token } = await callAs(user).create({ name: 'My script' })
  const holder = await server.auth.verifyToken(token, 'api')
  await expect(callAs(holder).create({ name: 'n' })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
})

test.each([
  ['no name', {}],
  ['a blank name', { name: ' ' }],
  ['no scope', { name: 'n', scopes: [] }],
  ['an unknown scope', { name: 'n', scopes: ['admin'] }],
  ['no life', { name: 'n', expiresInDays: 0 }],
  ['an owner', { name: 'n', userId: '00000000-0000-7000-8000-000000000000' }],
])('a token with %s is refused', async (_what, input) => {
  await expect(callAs(user).create(input as never)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})
