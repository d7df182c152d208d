import { expect, test } from 'vitest'
import { tokenToClaims } from './jwt.ts'

const encode = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url')
const toToken = (claims: object) => `${encode({ alg: 'EdDSA' })}.${encode(claims)}.c2lnbmF0dXJl`

test('[S3] a token names its user, and is renewed after three fifths of its lifetime', () => {
  const token = toToken({ sub: 'user-1', iat: 1000, exp: 1300 })
  expect(tokenToClaims(token, 5_000_000)).toEqual({ userId: 'user-1', renewAt: 5_000_000 + 180_000 })
})

test('[S3] a clock that is wrong by hours changes nothing: the lifetime counts from the arrival of the token', () => {
  const token = toToken({ sub: 'user-1', iat: 1000, exp: 1300 })
  expect(tokenToClaims(token, 0).renewAt).toBe(180_000)
})

test('names outside ASCII are read', () => {
  expect(tokenToClaims(toToken({ sub: 'Ærø 🌊', exp: 1 }), 0).userId).toBe('Ærø 🌊')
})

test.each(['pat_1234567890', 'a.b.c', 'a..c', '', toToken([])])('%s has no claims', (token) => {
  expect(tokenToClaims(token, 0)).toEqual({ userId: null, renewAt: null })
})
