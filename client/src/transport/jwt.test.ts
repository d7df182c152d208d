import { expect, test } from 'vitest'
import { tokenToClaims } from './jwt.ts'

const encode = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url')
const toToken = (claims: object) => `${encode({ alg: 'EdDSA' })}.${encode(claims)}.c2lnbmF0dXJl`

test('a token says whose it is and when to ask for the next: after three fifths of its life', () => {
  const token = toToken({ sub: 'user-1', iat: 1000, exp: 1300 })
  expect(tokenToClaims(token, 5_000_000)).toEqual({ userId: 'user-1', renewAt: 5_000_000 + 180_000 })
})

test('a clock that is wrong by hours changes nothing: what counts is when the token came', () => {
  const token = toToken({ sub: 'user-1', iat: 1000, exp: 1300 })
  expect(tokenToClaims(token, 0).renewAt).toBe(180_000)
})

test('names outside ASCII are read', () => {
  expect(tokenToClaims(toToken({ sub: 'Ærø 🌊', exp: 1 }), 0).userId).toBe('Ærø 🌊')
})

test.each(['pat_1234567890', 'a.b.c', 'a..c', '', toToken([])])('%s is no JWT that says anything', (token) => {
  expect(tokenToClaims(token, 0)).toEqual({ userId: null, renewAt: null })
})
