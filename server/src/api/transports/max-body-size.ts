const smallest = 256 * 1024

/** Bytes that a request may have: room for a message of the longest text, each character of which is escaped as two surrogates. */
export function toMaxBodySize({ messageMaxCharacters }: { readonly messageMaxCharacters: number }): number {
  return Math.max(smallest, messageMaxCharacters * 12 + 64 * 1024)
}
