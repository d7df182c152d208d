import { Buffer } from 'node:buffer'
import { Readable } from 'node:stream'
import type { Archive, ArchiveEntry } from '../archive/open-archive.ts'
import type { ImportedFile } from './imported.ts'

/** Finds the file of an archive that belongs to an id of the source, such as `file-AbC123` or `file_00ff`. */
export type AssetIndex = (id: string) => ArchiveEntry | null

/** ChatGPT names files after their id, with the original name, a number, or nothing behind it, in any folder. */
export function indexAssets(archive: Archive): AssetIndex {
  const byId = new Map<string, ArchiveEntry>()
  for (const entry of archive.entries) {
    const base = entry.name.split('/').at(-1) ?? ''
    const id = /^file[-_][A-Za-z0-9]+/u.exec(base)?.[0] ?? base.replace(/\.[^.]*$/u, '')
    if (id !== '' && !byId.has(id)) byId.set(id, entry)
  }
  return (id) => byId.get(id) ?? null
}

/** Our own archives keep each file in a folder that is named after its id. */
export function indexFiles(archive: Archive): AssetIndex {
  const byId = new Map(
    archive.entries.flatMap((entry) => (entry.name.includes('/') ? [[entry.name.split('/').at(-2) ?? '', entry]] : [])),
  )
  return (id) => byId.get(id) ?? null
}

/** A file that stands in the document itself, as a data URL; null for any other address. */
export function dataUrlToFile(url: string, name: string): ImportedFile | null {
  const match = /^data:(?<type>[\w.+-]+\/[\w.+-]+)?[^,]*?(?<base64>;base64)?,/u.exec(url.slice(0, 300))
  if (!match?.groups) return null
  const data = url.slice(match[0].length)
  const isBase64 = match.groups['base64'] !== undefined
  return bytesToFile(name, () => (isBase64 ? Buffer.from(data, 'base64') : Buffer.from(decodeURIComponent(data))))
}

/** A file whose text stands in the document. */
export function textToFile(name: string, text: string): ImportedFile {
  return { ...bytesToFile(name, () => Buffer.from(text)), text }
}

function bytesToFile(name: string, read: () => Buffer): ImportedFile {
  const bytes = read()
  return { type: 'file', name, entry: { name, bytes: bytes.length, open: () => Promise.resolve(Readable.from([bytes])) } }
}
