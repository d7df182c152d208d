import { PassThrough, type Readable } from 'node:stream'
import { fromRandomAccessReader, RandomAccessReader, type Entry, type ZipFile } from 'yauzl'
import { ImportFileError, type ImportFile } from './import-file.ts'

export interface ArchiveEntry {
  /** Its path inside the archive. */
  readonly name: string
  /** Unpacked. */
  readonly bytes: number
  readonly open: () => Promise<Readable>
}

/** A file as the list of the files in it: those of a zip, or the one that it is. */
export interface Archive {
  readonly isZip: boolean
  readonly entries: readonly ArchiveEntry[]
}

const maxEntries = 200_000
/** The most that the documents of an archive may have, unpacked: text shrinks to a tenth or a twentieth, a bomb to a thousandth. */
const minUnpackedLimit = 1024 * 1024 * 1024
const maxRatio = 200

/**
 * Lists a file. Nothing is unpacked and no more than the list is held; the entries can be opened in any order, one after the other.
 * @throws ImportFileError for a zip that is damaged, encrypted or a bomb
 */
export async function openArchive(file: ImportFile): Promise<Archive> {
  if (!(await isZip(file))) {
    return { isZip: false, entries: [{ name: file.name, bytes: file.bytes, open: () => file.open() }] }
  }
  const zip = await readDirectory(file)
  const entries = await listEntries(zip)
  const documents = entries.filter(({ name }) => isDocument(name)).reduce((sum, { bytes }) => sum + bytes, 0)
  if (documents > Math.max(minUnpackedLimit, file.bytes * maxRatio)) {
    throw new ImportFileError('The archive is far larger unpacked than a history can be')
  }
  return { isZip: true, entries }
}

export function isDocument(name: string): boolean {
  return /\.json$/iu.test(name)
}

async function isZip(file: ImportFile): Promise<boolean> {
  if (file.bytes < 22) return false
  const chunks: Buffer[] = []
  for await (const chunk of await file.open({ start: 0, end: 3 })) chunks.push(chunk as Buffer)
  const start = Buffer.concat(chunks).toString('latin1')
  return start === 'PK\u0003\u0004' || start === 'PK\u0005\u0006'
}

/** yauzl reads ranges of the stored file, so that an archive in a bucket needs no copy on the disk. */
class StoredFileReader extends RandomAccessReader {
  readonly #file: ImportFile

  constructor(file: ImportFile) {
    super()
    this.#file = file
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const through = new PassThrough()
    if (start >= end) return through.end()
    this.#file.open({ start, end: end - 1 }).then(
      (stream) => {
        stream.on('error', (error) => through.destroy(error))
        through.on('close', () => stream.destroy())
        stream.pipe(through)
      },
      (error: Error) => through.destroy(error),
    )
    return through
  }
}

function readDirectory(file: ImportFile): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    const options = { lazyEntries: true, autoClose: false, strictFileNames: false, validateEntrySize: true }
    fromRandomAccessReader(new StoredFileReader(file), file.bytes, options, (error, zip) => {
      if (error) reject(new ImportFileError('The zip archive is damaged or incomplete', { cause: error }))
      else resolve(zip)
    })
  })
}

function listEntries(zip: ZipFile): Promise<ArchiveEntry[]> {
  return new Promise((resolve, reject) => {
    const entries: ArchiveEntry[] = []
    zip.on('entry', (entry: Entry) => {
      if (entries.length >= maxEntries) return reject(new ImportFileError(`The archive has more than ${maxEntries} files`))
      if (!entry.fileName.endsWith('/') && !isLeftByMac(entry.fileName)) entries.push(toEntry(zip, entry))
      zip.readEntry()
    })
    zip.once('end', () => resolve(entries))
    zip.once('error', (error: Error) => {
      reject(new ImportFileError('The zip archive is damaged or incomplete', { cause: error }))
    })
    zip.readEntry()
  })
}

function isLeftByMac(name: string): boolean {
  return name.startsWith('__MACOSX/') || name.endsWith('.DS_Store')
}

function toEntry(zip: ZipFile, entry: Entry): ArchiveEntry {
  return {
    name: entry.fileName,
    bytes: entry.uncompressedSize,
    open: () =>
      new Promise((resolve, reject) => {
        if (entry.isEncrypted()) return reject(new ImportFileError('The zip archive is protected by a password'))
        zip.openReadStream(entry, (error, stream) => {
          if (error) reject(new ImportFileError(`${entry.fileName} in the archive is damaged`, { cause: error }))
          else resolve(stream)
        })
      }),
  }
}
