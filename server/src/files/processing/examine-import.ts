import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { ExaminedFile } from './examined-file.ts'
import { FileRefusal } from './file-refusal.ts'

/** An export to be imported. It is not opened: only its import reads it, piece by piece. @throws FileRefusal for an empty file */
export async function examineImport(path: string): Promise<ExaminedFile> {
  const { size } = await stat(path)
  if (size === 0) throw new FileRefusal('The file is empty.')
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return { mediaType: 'application/octet-stream', sha256: hash.digest('hex'), bytes: size, variants: { original: path } }
}
