import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { fileVariants, type FileVariant, type Id } from '@holdfast/shared'

/** What an address gives access to. */
export interface AddressedFile {
  readonly fileId: Id
  /** The owner: an address is worthless for another user's file. */
  readonly userId: Id
  readonly variant: FileVariant
}

/** Signed addresses of files, for `<img>` and downloads, which cannot send a token. All nodes with the same secret accept them. */
export interface FileAddresses {
  sign(file: AddressedFile, now: Date): { readonly url: string; readonly expiresAt: Date }
  /** The variant that an address asks for; null when it was altered, has expired, or is for another file or owner. */
  verify(address: { fileId: Id; userId: Id; query: URLSearchParams }, now: Date): FileVariant | null
}

/** Addresses end at a multiple of this, one or two steps from now: for that long the same address is given out. */
const stepMs = 5 * 60_000

/** @param basePath of the server, in front of each address */
export function createFileAddresses(secret: string, basePath = ''): FileAddresses {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'holdfast file addresses', 32))
  const toSignature = ({ fileId, userId, variant }: AddressedFile, expires: string): Buffer =>
    createHmac('sha256', key)
      .update(JSON.stringify([fileId, userId, variant, expires]))
      .digest()
  return {
    sign(file, now) {
      const expiresAt = new Date((Math.floor(now.getTime() / stepMs) + 2) * stepMs)
      const expires = String(expiresAt.getTime() / 1_000)
      const query = new URLSearchParams({
        variant: file.variant,
        expires,
        signature: toSignature(file, expires).toString('base64url'),
      })
      return { url: `${basePath}/api/files/${file.fileId}?${query}`, expiresAt }
    },
    verify({ fileId, userId, query }, now) {
      const variant = fileVariants.find((each) => each === query.get('variant'))
      const expires = query.get('expires') ?? ''
      const given = query.get('signature') ?? ''
      if (variant === undefined || !/^\d{1,12}$/u.test(expires) || Number(expires) * 1_000 <= now.getTime()) return null
      // Compared as text: base64 has several spellings of the same bytes.
      const expected = Buffer.from(toSignature({ fileId, userId, variant }, expires).toString('base64url'))
      const received = Buffer.from(given)
      return received.length === expected.length && timingSafeEqual(received, expected) ? variant : null
    },
  }
}
