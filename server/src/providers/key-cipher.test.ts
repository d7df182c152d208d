import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createKeyCipher, keyToHint } from './key-cipher.ts'

const secret = 'a secret that is only used in tests, 32+ characters'
const key = 'sk-test-of-the-cipher-1234'

test('a key can be read again by the same server, on any node', () => {
  const id = randomUUID()
  const encrypted = createKeyCipher(secret).encrypt(key, id)
  expect(encrypted).toMatch(/^v1\.[\w-]+$/u)
  expect(encrypted).not.toContain(Buffer.from(key).toString('base64url').slice(0, 12))
  expect(createKeyCipher(secret).decrypt(encrypted, id)).toBe(key)
  expect(createKeyCipher(secret).encrypt(key, id)).not.toBe(encrypted)
})

test('a key cannot be read with another secret, in another row, after a change, or by a version that is unknown', () => {
  const id = randomUUID()
  const cipher = createKeyCipher(secret)
  const encrypted = cipher.encrypt(key, id)
  const flipped = Buffer.from(encrypted.slice(3), 'base64url')
  flipped[20] = (flipped[20] ?? 0) ^ 1
  expect(createKeyCipher(`another ${secret}`).decrypt(encrypted, id)).toBeNull()
  expect(cipher.decrypt(encrypted, randomUUID())).toBeNull()
  expect(cipher.decrypt(`v1.${flipped.toString('base64url')}`, id)).toBeNull()
  expect(cipher.decrypt(encrypted.replace('v1', 'v2'), id)).toBeNull()
  expect(cipher.decrypt('v1.short', id)).toBeNull()
  expect(cipher.decrypt(encrypted, id)).toBe(key)
})

test('a hint is the end of a key that is long enough for it', () => {
  expect(keyToHint(key)).toBe('1234')
  expect(keyToHint('short-key')).toBeNull()
})
