import type { FilePart } from '@holdfast/shared'
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate'
import { titleToFileName } from './file-name.ts'

const pieceLength = 1_000_000

export interface ArchivedExport {
  readonly blob: Blob
  /** Files that could not be read: deleted since, or out of reach. */
  readonly missing: readonly FilePart[]
}

/**
 * An export and the files that its messages show in one zip: `holdfast.json` and `files/<id>/<name>`, as an import expects them. A piece
 * is in memory at a time.
 * @param readFile the bytes of a file; null when there are none
 */
export async function archiveExport(
  json: Blob,
  files: readonly FilePart[],
  readFile: (file: FilePart) => Promise<ReadableStream<Uint8Array> | null>,
): Promise<ArchivedExport> {
  const blobs: Blob[] = []
  let pieces: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  const flush = () => {
    blobs.push(new Blob(pieces))
    pieces = []
    length = 0
  }
  const zip = new Zip((error, data) => {
    if (error) throw error
    pieces.push(new Uint8Array(data))
    length += data.length
    if (length >= pieceLength) flush()
  })
  const add = async (entry: ZipDeflate | ZipPassThrough, bytes: ReadableStream<Uint8Array>) => {
    zip.add(entry)
    for await (const chunk of readChunks(bytes)) entry.push(chunk)
    entry.push(new Uint8Array(), true)
  }
  await add(new ZipDeflate('holdfast.json', { level: 6 }), json.stream())
  const missing: FilePart[] = []
  const unique = new Map(files.map((file) => [file.fileId, file]))
  for (const file of unique.values()) {
    const bytes = await readFile(file)
    // Pictures and documents are packed already.
    if (bytes) await add(new ZipPassThrough(`files/${file.fileId}/${toSafeName(file.name)}`), bytes)
    else missing.push(file)
  }
  zip.end()
  flush()
  return { blob: new Blob(blobs, { type: 'application/zip' }), missing }
}

function toSafeName(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? titleToFileName(name, 'bin') : titleToFileName(name.slice(0, dot), name.slice(dot + 1).replaceAll(/\W/gu, ''))
}

async function* readChunks(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
}
