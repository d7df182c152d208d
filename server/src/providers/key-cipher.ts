import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { Id } from '@holdfast/shared'

/** Encrypts the keys of providers for the database. */
export interface KeyCipher {
  /** `providerId`: only for this row it can be decrypted again, so that nobody swaps keys between rows. */
  readonly encrypt: (key: string, providerId: Id) => string
  /** Null: it was encrypted with another secret, for another row, or by a newer version. */
  readonly decrypt: (encrypted: string, providerId: Id) => string | null
}

const version = 'v1'
const algorithm = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16

/**
 * @param secret the server's, from which the key for these keys is derived
 * @param purpose what they are for: a text of one purpose cannot be decrypted for another
 */
export function createKeyCipher(secret: string, purpose = 'holdfast provider keys v1'): KeyCipher {
  const derived = Buffer.from(hkdfSync('sha256', secret, '', purpose, 32))
  return {
    encrypt: (key, providerId) => {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv(algorithm, derived, iv, { authTagLength: tagBytes }).setAAD(Buffer.from(providerId))
      const body = Buffer.concat([iv, cipher.update(key, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `${version}.${body.toString('base64url')}`
    },
    decrypt: (encrypted, providerId) => {
      const [prefix, text = ''] = encrypted.split('.', 2)
      const body = Buffer.from(text, 'base64url')
      if (prefix !== version || body.length < ivBytes + tagBytes) return null
      const decipher = createDecipheriv(algorithm, derived, body.subarray(0, ivBytes), { authTagLength: tagBytes })
      decipher.setAAD(Buffer.from(providerId)).setAuthTag(body.subarray(-tagBytes))
      try {
        return Buffer.concat([decipher.update(body.subarray(ivBytes, -tagBytes)), decipher.final()]).toString('utf8')
      } catch {
        // That it cannot be read is an answer: the provider says so, and the key can be entered again.
        return null
      }
    },
  }
}

const hintLength = 4
/** The last characters of a shorter key would give away too much of it. */
const shortestHinted = 12

/** What is shown of a key, so that people can tell keys apart. */
export function keyToHint(key: string): string | null {
  return key.length >= shortestHinted ? key.slice(-hintLength) : null
}
