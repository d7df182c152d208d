import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract, pack } from 'tar-stream'
import { errorToCode } from '../platform/error-codes.ts'
import { exists } from '../platform/exists.ts'
import { syncFile, syncNames } from '../platform/sync-files.ts'
import { entryNames, openingSchema, type ArchiveEntry } from './archive-format.ts'

/** A tar file that is being written beside its name, and gets its name when it is complete. */
export interface ArchiveWriter extends AsyncDisposable {
  /** What an earlier run had written and this one continues. */
  readonly found: readonly ArchiveEntry[]
  readonly entries: readonly ArchiveEntry[]
  /** Adds an entry. @throws when the content does not have that length */
  readonly add: (name: string, bytes: number, content: Readable) => Promise<void>
  readonly addBuffer: (name: string, content: Buffer) => Promise<void>
  /** Puts everything on the disk and gives the file its name. */
  readonly finish: () => Promise<void>
}

const blockBytes = 512
const forOwnerOnly = 0o600

/**
 * Opens `<path>.partial`, readable by its owner alone. One that an earlier run of the same source has left is continued behind its last
 * whole file: files never change, so they need not be read again. Rows of the database are written again.
 * @param source identifies where the data is
 */
export async function createArchive(path: string, source: string): Promise<ArchiveWriter> {
  const partial = `${path}.partial`
  const left = await readPartial(partial, source)
  await makePartial(partial, left?.bytes ?? 0)
  const output = createWriteStream(partial, { flags: 'r+', start: left?.bytes ?? 0 })
  const tar = pack()
  const written = pipeline(tar, output)
  // Adding an entry fails with it, too; without a listener here it would end the process.
  written.catch(() => {})
  const entries: ArchiveEntry[] = [...(left?.entries ?? [])]

  const add = async (name: string, bytes: number, content: Readable) => {
    const hash = createHash('sha256')
    const meter = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk)
        done(null, chunk)
      },
    })
    const entry = tar.entry({ name, size: bytes, mode: forOwnerOnly, mtime: new Date(0) })
    await Promise.race([pipeline(content, meter, entry), written.then(() => Promise.reject(new Error('the archive was closed')))])
    entries.push({ name, bytes, sha256: hash.digest('hex') })
  }
  const addBuffer = (name: string, content: Buffer) => add(name, content.length, Readable.from([content], { objectMode: false }))
  const writer: ArchiveWriter = {
    found: left?.entries ?? [],
    entries,
    add,
    addBuffer,
    async finish() {
      tar.finalize()
      await written
      await syncFile(partial)
      await rename(partial, path)
      await syncNames(dirname(path))
    },
    async [Symbol.asyncDispose]() {
      tar.destroy()
      await written.catch(() => {})
    },
  }
  if (left === null) {
    await addBuffer(entryNames.opening, Buffer.from(JSON.stringify({ format: 'holdfast-backup', formatVersion: 1, source })))
  }
  return writer
}

async function makePartial(partial: string, bytes: number): Promise<void> {
  await using handle = await open(partial, bytes === 0 ? 'w' : 'r+', forOwnerOnly)
  await handle.chmod(forOwnerOnly)
  await handle.truncate(bytes)
}

/** The whole files that an earlier run has written, and how long the archive is up to there; null: nothing to continue. */
async function readPartial(partial: string, source: string): Promise<{ entries: ArchiveEntry[]; bytes: number } | null> {
  if (!(await exists(partial))) return null
  const input = createReadStream(partial)
  const tar = extract()
  input.on('error', (error) => tar.destroy(error))
  input.pipe(tar)
  const entries: ArchiveEntry[] = []
  let bytes = 0
  try {
    for await (const entry of tar) {
      const { name, size, pax } = entry.header
      const hash = createHash('sha256')
      const chunks: Buffer[] = []
      for await (const chunk of entry as AsyncIterable<Buffer>) {
        hash.update(chunk)
        if (entries.length === 0) chunks.push(chunk)
      }
      if (entries.length === 0) {
        const opening = openingSchema.safeParse(JSON.parse(Buffer.concat(chunks).toString()))
        if (!opening.success || opening.data.source !== source) return null
      } else if (!name.startsWith(entryNames.files) || pax) break
      entries.push({ name, bytes: size, sha256: hash.digest('hex') })
      bytes += blockBytes + Math.ceil(size / blockBytes) * blockBytes
    }
  } catch (error) {
    // It ends in the middle of an entry, as a killed run leaves it, or is no archive.
    if (errorToCode(error) !== null) throw error
  } finally {
    input.destroy()
    tar.destroy()
  }
  return entries.length === 0 ? null : { entries, bytes }
}
