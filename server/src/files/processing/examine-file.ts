import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { codePointLength } from '@holdfast/shared'
import { fileTypeFromFile } from 'file-type'
import { examineText } from './examine-text.ts'
import type { ExaminedFile, FileToExamine, Findings } from './examined-file.ts'
import { FileRefusal } from './file-refusal.ts'
import { isDocument, isPicture } from './media-types.ts'

/**
 * Finds out what an upload is and makes what is kept of it: pictures are written again, without anything but their pixels; text is
 * extracted from documents. Runs in a process of its own. @throws FileRefusal
 */
export async function examineFile(file: FileToExamine): Promise<ExaminedFile> {
  const { size } = await stat(file.path)
  if (size === 0) throw new FileRefusal('The file is empty.')
  const { text, original = file.path, thumbnail, prompt, ...facts } = await examineContent(file)
  const textPath = text === undefined || text.trim() === '' ? undefined : join(file.outDirectory, 'text.txt')
  if (textPath !== undefined && text !== undefined) await writeFile(textPath, text)
  const bytes = original === file.path ? size : (await stat(original)).size
  return {
    ...facts,
    sha256: await hashFile(original),
    bytes,
    ...(textPath !== undefined && text !== undefined ? { textCharacters: codePointLength(text) } : {}),
    variants: {
      original,
      ...(thumbnail === undefined ? {} : { 'thumbnail.webp': thumbnail }),
      ...(prompt === undefined ? {} : { 'prompt.jpg': prompt }),
      ...(textPath === undefined ? {} : { 'text.txt': textPath }),
    },
  }
}

/** The content decides; what the client said plays no part. A decoder is loaded with the first file that needs it: all take seconds. */
async function examineContent(file: FileToExamine): Promise<Findings> {
  const found = await fileTypeFromFile(file.path)
  const mediaType = found?.mime ?? ''
  if (isPicture(mediaType)) return (await import('./examine-picture.ts')).examinePicture(file, mediaType)
  if (mediaType === 'application/pdf') return (await import('./examine-pdf.ts')).examinePdf(file)
  if (isDocument(mediaType)) return (await import('./examine-document.ts')).examineDocument(file, mediaType)
  if (mediaType.startsWith('audio/')) return (await import('./examine-audio.ts')).examineAudio(file, mediaType)
  if (mediaType !== '' && mediaType !== 'application/xml') return { mediaType }
  return (await examineText(file)) ?? { mediaType: 'application/octet-stream' }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
