import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { schema } from '@holdfast/drizzle'
import { mediaTypeToInputKind, type Id } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Database } from '../platform/database/database.ts'
import { createWorkDirectory } from '../platform/work-directory.ts'
import type { FileRow } from './file-row.ts'
import type { FileProcessor } from './process-files.ts'
import { FileRefusal } from './processing/file-refusal.ts'
import { isDocument } from './processing/media-types.ts'
import { cleanFileName } from './uploads/clean-file-name.ts'
import { nameByContent } from './uploads/name-by-content.ts'

const { files } = schema

/** Content that a model or a tool gives. Nothing has checked it. */
export interface GivenContent {
  readonly base64: string
  /** With or without an extension: the content decides on that. */
  readonly name: string
  /** `picture`: anything else is refused. `any`: a picture, a recording, or something to read. */
  readonly kind: 'picture' | 'any'
}

/** The files that answers bring along: pictures of models, and what tools give. */
export interface AnswerFiles {
  /**
   * Examines content as an upload is examined, and keeps it as a file of the user that is hidden until `showFile` gives it to a message.
   * `refused` is a sentence. Not for use inside of a transaction.
   */
  readonly keep: (userId: Id, content: GivenContent) => Promise<{ readonly file: FileRow } | { readonly refused: string }>
}

export interface AnswerFilesDeps {
  readonly config: { readonly fileMaxBytes: number }
  readonly database: Database
  readonly processor: Pick<FileProcessor, 'add'>
}

export function createAnswerFiles(deps: AnswerFilesDeps): AnswerFiles {
  const { fileMaxBytes } = deps.config
  return {
    async keep(userId, content) {
      // Four characters are three bytes. What cannot fit is not even decoded.
      if ((content.base64.length * 3) / 4 > fileMaxBytes + 3) return { refused: refusals.size }
      const bytes = Buffer.from(content.base64, 'base64')
      if (bytes.length > fileMaxBytes) return { refused: refusals.size }
      const directory = await createWorkDirectory()
      try {
        const path = join(directory, 'file')
        await writeFile(path, bytes)
        return await addHidden(deps, userId, content, { path, bytes: bytes.length })
      } catch (error) {
        if (error instanceof FileRefusal) return { refused: error.message }
        throw error
      } finally {
        await rm(directory, { recursive: true, force: true })
      }
    },
  }
}

/** @throws FileRefusal */
async function addHidden(
  { database, processor }: AnswerFilesDeps,
  userId: Id,
  { name: given, kind }: GivenContent,
  content: { readonly path: string; readonly bytes: number },
): ReturnType<AnswerFiles['keep']> {
  const fileId = uuidv7()
  const name = cleanFileName(given)
  const refuse = (mediaType: string) => toRefusal(mediaType, kind)
  await processor.add({ userId, fileId, name, ...content, isHidden: true, refuse })
  const { queries } = database
  const [row] = await queries.select().from(files).where(eq(files.id, fileId))
  if (row?.state !== 'ready') return { refused: refusals.gone }
  const [file] = await queries
    .update(files)
    .set({ name: nameByContent(name, row.mediaType) })
    .where(eq(files.id, fileId))
    .returning()
  return file ? { file } : { refused: refusals.gone }
}

const refusals = {
  size: 'It is larger than a file may be.',
  gone: 'It could not be kept.',
  picture: 'It is not a picture.',
  kind: 'Files of this kind are not kept.',
}

function toRefusal(mediaType: string, kind: GivenContent['kind']): string | null {
  const inputKind = mediaTypeToInputKind(mediaType)
  if (inputKind === 'image') return null
  if (kind === 'picture') return refusals.picture
  const isReadable = mediaType.startsWith('text/') || mediaType === 'application/json' || isDocument(mediaType)
  return inputKind !== null || isReadable ? null : refusals.kind
}
