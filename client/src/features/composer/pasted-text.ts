/** Text that is longer than this when it is pasted becomes a chip instead of flooding the field. UTF-16 units. */
export const maxInlinePasteLength = 5_000

/** A message while it is being written: what was typed, and what was pasted below it. */
export interface Written {
  readonly typed: string
  readonly pasted: readonly string[]
}

const infoString = 'pasted'
const lastBlock = /(?:^|\n\n)(`{3,})pasted\n([^]*)\n\1$/u

/**
 * One text for both: each pasted piece is a fenced block at the end, which a model reads as a quotation. `contentToWritten` takes it
 * apart again, so a draft is one text, on this device and on the next.
 */
export function writtenToContent({ typed, pasted }: Written): string {
  const blocks = pasted.map(toBlock)
  return [...(typed === '' ? [] : [typed]), ...blocks].join('\n\n')
}

export function contentToWritten(content: string): Written {
  const pasted: string[] = []
  let typed = content
  for (let found = findLastBlock(typed); found; found = findLastBlock(typed)) {
    pasted.unshift(found.text)
    typed = typed.slice(0, found.start)
  }
  return { typed, pasted }
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

/** The fence is longer than every run of backticks inside. */
function toBlock(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/gu), ([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${infoString}\n${text}\n${fence}`
}
