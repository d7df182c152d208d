import type { Id } from '@holdfast/shared'
import { toFencedBlock } from '../../markdown/to-fenced-block.ts'

/** Text that is longer than this when it is pasted becomes a chip instead of flooding the field. UTF-16 units. */
export const maxInlinePasteLength = 5_000

/** A file of a message that is being written. Its name is there before anything else is known of it. */
export interface WrittenFile {
  readonly fileId: Id
  readonly name: string
}

/** A message while it is being written: what was typed, what was pasted below it, and its files. */
export interface Written {
  readonly typed: string
  readonly pasted: readonly string[]
  readonly files: readonly WrittenFile[]
}

const infoString = 'pasted'
const filesOpening = '\n\n```files\n'
const fileLine = /^(?<fileId>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (?<name>[^`]+)$/u
const lastBlock = /(?:^|\n\n)(`{3,})pasted\n([^]*)\n\1$/u

/** The text of a message that is sent: each pasted piece is a fenced block at its end, which a model reads as a quotation. */
export function writtenToContent({ typed, pasted }: Pick<Written, 'typed' | 'pasted'>): string {
  const blocks = pasted.map((text) => toFencedBlock(text, infoString))
  return [...(typed === '' ? [] : [typed]), ...blocks].join('\n\n')
}

/** One text for all of it, with the files in a last block: a draft is one text, on this device and on the next. */
export function writtenToDraft(written: Written): string {
  const content = writtenToContent(written)
  if (written.files.length === 0) return content
  const lines = written.files.map(({ fileId, name }) => `${fileId} ${name.replaceAll(/[\r\n`]/gu, ' ')}`)
  return `${content}${filesOpening}${lines.join('\n')}\n\`\`\``
}

export function draftToWritten(draft: string): Written {
  const { content, files } = cutFiles(draft)
  const pasted: string[] = []
  let typed = content
  for (let found = findLastBlock(typed); found; found = findLastBlock(typed)) {
    pasted.unshift(found.text)
    typed = typed.slice(0, found.start)
  }
  return { typed, pasted, files }
}

function cutFiles(draft: string): { readonly content: string; readonly files: readonly WrittenFile[] } {
  const nothing = { content: draft, files: [] }
  const at = draft.lastIndexOf(filesOpening)
  if (at < 0 || !draft.endsWith('\n```')) return nothing
  const lines = draft.slice(at + filesOpening.length, -'\n```'.length).split('\n')
  const files = lines.flatMap((line) => {
    const { fileId, name } = fileLine.exec(line)?.groups ?? {}
    return fileId === undefined || name === undefined ? [] : [{ fileId, name }]
  })
  return files.length === lines.length ? { content: draft.slice(0, at), files } : nothing
}

function findLastBlock(content: string): { readonly start: number; readonly text: string } | null {
  const fence = /\n(`{3,})$/u.exec(content)?.[1]
  if (fence === undefined) return null
  // The opening nearest to the end with this very fence: what is inside never holds one as long.
  const opening = `${fence}${infoString}\n`
  const at = content.lastIndexOf(opening)
  if (at < 0 || (at > 0 && !content.startsWith('\n\n', at - 2))) return null
  const block = content.slice(at)
  if (!lastBlock.test(block)) return null
  return { start: Math.max(0, at - 2), text: block.slice(opening.length, block.length - fence.length - 1) }
}
