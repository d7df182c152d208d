import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { FileToExamine, Findings } from './examined-file.ts'

/** Controls that no text has: beside tab, line and page breaks, and the escape of coloured logs. */
// oxlint-disable-next-line no-control-regex
const binary = /[\u0000-\u0008\u000E-\u001A\u001C-\u001F]/u

/** Kinds of text that nothing in the content tells apart. They are shown and sent as what they are: text. */
const kinds: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.tsv': 'text/tab-separated-values',
  '.md': 'text/markdown',
  '.markdown': 'text/markdown',
}

/** Any text, in UTF-8, UTF-16 with a mark, or Windows-1252. Null: it is none. */
export async function examineText({ path, name }: FileToExamine): Promise<Findings | null> {
  const text = decode(await readFile(path))
  return text === null ? null : { mediaType: toMediaType(text, name), text }
}

function decode(bytes: Buffer): string | null {
  const encodings = isUtf16(bytes) ? [bytes[0] === 0xff ? 'utf-16le' : 'utf-16be'] : ['utf-8', 'windows-1252']
  for (const encoding of encodings) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
      if (!binary.test(text)) return text
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
    }
  }
  return null
}

function isUtf16(bytes: Buffer): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
}

function toMediaType(text: string, name: string): string {
  const head = text.slice(0, 1_000).trimStart().toLowerCase()
  if (/^(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*(?:<!doctype svg[^>]*>\s*)?<svg[\s>]/u.test(head)) return 'image/svg+xml'
  if (/^(?:<!--[\s\S]*?-->\s*)*<(?:!doctype html|html|head|body|script)[\s>]/u.test(head)) return 'text/html'
  if (head.startsWith('<?xml')) return 'application/xml'
  if ((head.startsWith('{') || head.startsWith('[')) && isJson(text)) return 'application/json'
  return kinds[extname(name).toLowerCase()] ?? 'text/plain'
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
