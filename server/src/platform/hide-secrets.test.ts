import { expect, test } from 'vitest'
import { createSecretMask } from './hide-secrets.ts'

const { mask } = createSecretMask(['p@ss"word', 'key-of-a-provider', 'key-of-a-provider-2', 'short'])

test('a secret is masked as it is, as JSON has it, and as an address has it', () => {
  for (const form of ['p@ss"word', String.raw`p@ss\"word`, 'p%40ss%22word']) {
    expect(mask(`{"said":"${form} is wrong"}`)).toBe('{"said":"*** is wrong"}')
  }
})

test('a secret that begins with another is masked as a whole', () => {
  expect(mask('key-of-a-provider-2, key-of-a-provider')).toBe('***, ***')
})

test('tokens are masked without being known, also as a header', () => {
  const jwt = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl'
  const pat = `pat_${'a'.repeat(43)}`
  expect(mask(`{"a":"${jwt}","b":"${pat}","c":"Bearer abc.def","n":1}`)).toBe('{"a":"***","b":"***","c":"***","n":1}')
})

test('what is too short to be a secret, and all else, stays', () => {
  const line = '{"event":"http-request","path":"/short","ms":1,"requestId":"0197a000-0000-7000-8000-000000000000"}'
  expect(mask(line)).toBe(line)
})

test('a secret that comes later is masked from then on, also when others have taken its place', () => {
  const later = createSecretMask(['from-the-start'])
  expect(later.mask('key-of-today')).toBe('key-of-today')
  later.hide(['key-of-today'])
  expect(later.mask('key-of-today, from-the-start')).toBe('***, ***')
  later.hide(['key-of-tomorrow'])
  expect(later.mask('key-of-tomorrow, key-of-today, from-the-start')).toBe('***, ***, ***')
})

test('of secrets that are not in use any more a thousand are remembered', () => {
  const many = createSecretMask()
  const keys = Array.from({ length: 1_002 }, (_, index) => `key-number-${index}-`)
  for (const key of keys) many.hide(['always-in-use', key])
  expect(many.mask(`${keys[0]} ${keys[1]} ${keys[2]} ${keys.at(-1)} always-in-use`)).toBe(`${keys[0]} *** *** *** ***`)
})
