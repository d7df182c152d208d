import { readFile } from 'node:fs/promises'
import { extractText, getDocumentProxy } from 'unpdf'
import type { FileToExamine, Findings } from './examined-file.ts'
import { FileRefusal } from './file-refusal.ts'

const maxPages = 2_000

/** Pages and text of a PDF. Scripts in it are not run. A PDF with a password is kept without its text. @throws FileRefusal */
export async function examinePdf({ path }: FileToExamine): Promise<Findings> {
  const mediaType = 'application/pdf'
  try {
    const pdf = await getDocumentProxy(new Uint8Array(await readFile(path)), { verbosity: 0 })
    const pages = pdf.numPages
    if (pages > maxPages) throw new FileRefusal(`The PDF has ${pages} pages. At most ${maxPages} are accepted.`)
    const { text } = await extractText(pdf, { mergePages: false })
    return { mediaType, pages, text: text.join('\n\n') }
  } catch (error) {
    if (error instanceof FileRefusal) throw error
    if (error instanceof Error && error.name === 'PasswordException') return { mediaType }
    throw new FileRefusal('The PDF is damaged.', { cause: error })
  }
}
