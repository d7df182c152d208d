import { buffer } from 'node:stream/consumers'
import { toStorageKey, type FileStorage } from './file-storage.ts'

/** The beginning of the text that was extracted from a file: at most `maxLength` UTF-16 units. Empty when there is none. */
export async function readText(storage: FileStorage, sha256: string, maxLength: number): Promise<string> {
  const key = toStorageKey(sha256, 'text.txt')
  const size = (await storage.size(key)) ?? 0
  // A UTF-16 unit has at most three bytes, and a pair of them four.
  const end = Math.min(size, maxLength * 4) - 1
  if (end < 0) return ''
  const bytes = await buffer(await storage.open(key, { start: 0, end }))
  // Streaming leaves out a character of which only the beginning was read.
  const whole = new TextDecoder('utf-8').decode(bytes, { stream: true })
  return whole.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/u, '')
}
