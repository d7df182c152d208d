import { codePointLength } from '@holdfast/shared'
import { writtenToContent, type Written } from './pasted-text.ts'

export interface SplitText {
  /** What stays in the message. */
  readonly content: string
  /** What is sent as text files instead. */
  readonly texts: readonly { readonly text: string; readonly isPasted: boolean }[]
}

/** A message that is longer than the server takes goes out as text files: the longest pasted pieces first, then what was typed. */
export function splitLongText({ typed, pasted }: Pick<Written, 'typed' | 'pasted'>, maxLength: number): SplitText {
  let rest: Pick<Written, 'typed' | 'pasted'> = { typed, pasted }
  const texts: SplitText['texts'][number][] = []
  while (!fits(writtenToContent(rest), maxLength)) {
    const longest = rest.pasted.reduce<number | null>(
      (found, piece, index, all) => (found === null || piece.length > (all[found]?.length ?? 0) ? index : found),
      null,
    )
    const piece = longest === null ? undefined : rest.pasted[longest]
    if (piece === undefined) {
      texts.push({ text: rest.typed, isPasted: false })
      rest = { typed: '', pasted: [] }
    } else {
      texts.push({ text: piece, isPasted: true })
      rest = { typed: rest.typed, pasted: rest.pasted.filter((_, index) => index !== longest) }
    }
  }
  return { content: writtenToContent(rest), texts }
}

/** Counting is for texts near the limit. */
export function fits(text: string, maxLength: number): boolean {
  return text.length <= maxLength || codePointLength(text) <= maxLength
}
