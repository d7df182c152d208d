import type { ArchiveEntry, Archive } from '../archive/open-archive.ts'
import { isDocument } from '../archive/open-archive.ts'
import { ImportFileError } from '../archive/import-file.ts'
import { readJsonValues, type JsonPath, type ReadJsonOptions } from '../archive/read-json-values.ts'
import { chatgptFormat } from './chatgpt.ts'
import { claudeFormat } from './claude.ts'
import type { ImportFormat } from './format.ts'
import { holdfastFormat } from './holdfast.ts'
import type { ImportProblem } from './imported.ts'
import { librechatFormat } from './librechat.ts'
import { lobechatFormat } from './lobechat.ts'
import { openWebuiFormat } from './open-webui.ts'

const importFormats: readonly ImportFormat[] = [
  holdfastFormat,
  chatgptFormat,
  claudeFormat,
  openWebuiFormat,
  librechatFormat,
  lobechatFormat,
]

/** The beginning of a document that is looked at. Every export says what it is in its first conversation. */
const maxBytes = 4 * 1024 * 1024
/** Keys and places deeper than this say nothing about the source. */
const maxDepth = 3

export interface Recognised {
  readonly format: ImportFormat
  /** The documents of that format. */
  readonly documents: readonly ArchiveEntry[]
  /** What else the archive holds that is lost with it. */
  readonly problems: readonly ImportProblem[]
}

/** Finds out which program made a file, by its content. @throws ImportFileError when none of them did */
export async function recognise(archive: Archive): Promise<Recognised> {
  const candidates = archive.isZip ? archive.entries.filter(({ name }) => isDocument(name)) : archive.entries
  const format = await findFormat(candidates)
  const documents: ArchiveEntry[] = []
  const problems: ImportProblem[] = []
  for (const entry of candidates) {
    const known = format.otherDocuments[baseName(entry)]
    if (known === undefined && (await recogniseDocument(entry, [format]))) documents.push(entry)
    // `[]` and `{}` hold nothing.
    else if (known !== null && entry.bytes > 2) {
      problems.push({ what: entry.name, why: known ?? 'It holds no conversations of a known kind' })
    }
  }
  return { format, documents, problems }
}

async function findFormat(candidates: readonly ArchiveEntry[]): Promise<ImportFormat> {
  for (const entry of candidates) {
    const found = await recogniseDocument(entry, importFormats)
    if (found) return found
  }
  throw new ImportFileError('The file is not an export of Holdfast, ChatGPT, Claude, Open WebUI, LibreChat or LobeChat')
}

function baseName({ name }: ArchiveEntry): string {
  return name.split('/').at(-1) ?? name
}

/** The format of a document, from as much of its beginning as it takes; null for none, and for what is no JSON. */
async function recogniseDocument(entry: ArchiveEntry, formats: readonly ImportFormat[]): Promise<ImportFormat | null> {
  const start = new Map<string, unknown>()
  const find = () => formats.find((format) => format.matches(start)) ?? null
  const stream = await entry.open()
  async function* beginning(): AsyncGenerator<Uint8Array> {
    let read = 0
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      yield chunk
      read += chunk.length
      if (read >= maxBytes || find()) return
    }
  }
  const onOther = (path: JsonPath, value: unknown) => {
    if (path.length <= maxDepth) start.set(path.join('.'), value)
  }
  try {
    for await (const _ of readJsonValues(beginning(), { wants: () => false, onOther })) break
  } catch (error) {
    // It is something else, or it ends where its beginning was cut off.
    if (!(error instanceof ImportFileError)) throw error
  } finally {
    stream.destroy()
  }
  return find()
}

/** The number of conversations, as far as they are listed one by one; null where they are not. @throws ImportFileError */
export async function countConversations({ format, documents }: Recognised): Promise<number | null> {
  const { isConversation } = format
  if (isConversation === null) return null
  let count = 0
  for (const document of documents) {
    const wants: ReadJsonOptions['wants'] = (path, kind) => {
      if (isConversation(path, kind)) count += 1
      return false
    }
    for await (const _ of readJsonValues(await document.open(), { wants })) break
  }
  return count
}
