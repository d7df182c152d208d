import { createHash, randomBytes } from 'node:crypto'

/** A new text with 256 random bits, for a link that whoever has it may use once. Only its hash is stored. */
export function createSecretText(): string {
  return randomBytes(32).toString('base64url')
}

/** SHA-256 without salt: the text has enough entropy, and the hash can be looked up. */
export function hashSecretText(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

const alphabet = 'ABCDEFGHJKMNPQRSTVWXYZ0123456789'
const codeLength = 25

/** A code with 125 random bits that a person can write down, in groups of five: `K7Q2M-…`. */
export function createSecretCode(): string {
  const characters = [...randomBytes(codeLength)].map((byte) => alphabet[byte % alphabet.length] ?? '').join('')
  return characters.match(/.{5}/gu)?.join('-') ?? characters
}

/** As `hashSecretText`, however the code was written: case, spaces and dashes do not count, and letters that look like digits are those. */
export function hashSecretCode(code: string): string {
  const plain = code
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/gu, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/gu, '1')
  return hashSecretText(plain)
}
