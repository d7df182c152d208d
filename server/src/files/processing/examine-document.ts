import { readFile } from 'node:fs/promises'
import { OfficeParser, type OfficeError } from 'officeparser'
import type { FileToExamine, Findings } from './examined-file.ts'
import { FileRefusal } from './file-refusal.ts'
import { documentFormats, type DocumentMediaType } from './media-types.ts'

const maxUnpackedMegabytes = 100
const limits = { maxUncompressedBytes: maxUnpackedMegabytes * 1024 * 1024, maxZipEntries: 10_000 }

const tooLarge = new Set([
  'ZIP_SIZE_LIMIT_EXCEEDED',
  'ZIP_ENTRY_COUNT_LIMIT_EXCEEDED',
  'ZIP_ENTRY_INVALID_SIZE',
  'XML_ELEMENT_LIMIT_EXCEEDED',
  'MAX_NESTING_DEPTH_EXCEEDED',
  'OUTPUT_TOO_LARGE',
])
const locked = new Set(['PASSWORD_REQUIRED', 'DOCUMENT_DECRYPTION_FAILED'])

/**
 * The text of a document; tables keep their rows. Pictures and macros are not opened. A document with a password is kept without its
 * text. @throws FileRefusal for one that is damaged or unpacks to more than it may
 */
export async function examineDocument({ path }: FileToExamine, mediaType: string): Promise<Findings> {
  const fileType = documentFormats.get(mediaType as DocumentMediaType)
  try {
    const document = await OfficeParser.parseOffice(await readFile(path), {
      ...(fileType ? { fileType } : {}),
      decompressionLimits: limits,
      onWarning: () => undefined,
    })
    const { value } = await document.to('text')
    return { mediaType, text: value }
  } catch (error) {
    const code = (error as Partial<OfficeError>).officeIssue?.code ?? ''
    if (locked.has(code)) return { mediaType }
    if (tooLarge.has(code)) {
      throw new FileRefusal(`The document unpacks to more than ${maxUnpackedMegabytes} MB, or has too many parts.`, {
        cause: error,
      })
    }
    throw new FileRefusal('The document is damaged.', { cause: error })
  }
}
