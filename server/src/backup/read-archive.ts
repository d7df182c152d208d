import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { errorToCode } from '../platform/error-codes.ts'
import { entryNames, formatVersion, manifestSchema, openingSchema, type ArchiveEntry, type Manifest } from './archive-format.ts'
import { BackupError } from './backup-error.ts'

/** An entry of a backup. Its content has to be read to its end before the next one is asked for. */
export interface EntryToRead {
  readonly name: string
  readonly bytes: number
  readonly content: Readable
}

/**
 * Hands over the entries of a backup in their order, and compares all of them with its manifest, which is the last. Until this has
 * resolved, nothing that was read may count.
 * @throws BackupError for a file that is no backup, is not whole, was changed, or comes from a newer version
 */
export async function readArchive(path: string, onEntry: (entry: EntryToRead) => Promise<void>): Promise<Manifest> {
  const input = createReadStream(path)
  const tar = extract()
  input.on('error', (error) => tar.destroy(error))
  input.pipe(tar)
  const read: ArchiveEntry[] = []
  let manifest: Manifest | null = null
  try {
    for await (const entry of tar) {
      const { name, size } = entry.header
      const content = entry as AsyncIterable<Buffer>
      if (read.length === 0) checkOpening(name, await buffer(measure(content, { name, size }, read)))
      else if (name === entryNames.manifest) manifest = parseManifest(await buffer(content))
      else await onEntry({ name, bytes: size, content: measure(content, { name, size }, read) })
    }
  } catch (error) {
    throw toReadError(error, path)
  } finally {
    input.destroy()
  }
  if (manifest === null) throw new BackupError(`${path} is not a whole backup: its end is missing. Make it again.`)
  compare(read, manifest.entries, path)
  return manifest
}

/** Passes the content on, and notes its hash when it has ended. */
function measure(content: AsyncIterable<Buffer>, { name, size }: { name: string; size: number }, read: ArchiveEntry[]): Readable {
  const hash = createHash('sha256')
  const pass = async function* () {
    for await (const chunk of content) {
      hash.update(chunk)
      yield chunk
    }
    read.push({ name, bytes: size, sha256: hash.digest('hex') })
  }
  return Readable.from(pass(), { objectMode: false })
}

function checkOpening(name: string, content: Buffer): void {
  const opening = name === entryNames.opening ? openingSchema.safeParse(parseJson(content)) : null
  if (!opening?.success) throw new BackupError('The file is not a backup of Holdfast.')
  if (opening.data.formatVersion > formatVersion) {
    throw new BackupError('The backup was made by a newer version of Holdfast. Restore it with that version.')
  }
}

function parseManifest(content: Buffer): Manifest {
  const parsed = manifestSchema.safeParse(parseJson(content))
  if (!parsed.success) throw new BackupError('The list of contents of the backup cannot be read: it is damaged.')
  return parsed.data
}

/** JSON of an archive. @throws BackupError */
export function parseJson(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString())
  } catch {
    throw new BackupError('The backup is damaged: a part of it cannot be read.')
  }
}

function compare(read: readonly ArchiveEntry[], listed: readonly ArchiveEntry[], path: string): void {
  const known = new Map(listed.map((entry) => [entry.name, entry]))
  for (const { name, bytes, sha256 } of read) {
    const entry = known.get(name)
    if (entry?.sha256 !== sha256 || entry.bytes !== bytes) throw new BackupError(`${path} is damaged: ${name} was changed.`)
    known.delete(name)
  }
  const [missing] = known.keys()
  if (missing !== undefined) throw new BackupError(`${path} is damaged: ${missing} is missing.`)
}

function toReadError(error: unknown, path: string): unknown {
  if (error instanceof BackupError) return error
  const code = errorToCode(error)
  if (code === 'ENOENT') return new BackupError(`There is no file ${path}.`)
  if (code === 'EACCES' || code === 'EISDIR') return new BackupError(`${path} cannot be read (${code}).`)
  const isTar = error instanceof Error && /(?:unexpected end of data|invalid tar header|premature close)/iu.test(error.message)
  return isTar ? new BackupError(`${path} is not a whole backup, or none at all. Make it again.`, { cause: error }) : error
}
