/** A reading of inline content, from its beginning to its end. */
export interface Scan {
  readonly text: string
  at: number
  /** From here on it is held back. */
  end: number
  /** Emphasis that is open. */
  open: { readonly mark: string; count: number; readonly index: number; readonly run: number }[]
  brackets: Bracket[]
  /** Stretches that are not shown: the brackets of a link whose address is not complete. */
  readonly removed: [from: number, to: number][]
  /** Code that is open. */
  code: { readonly mark: string; readonly index: number } | null
}

export interface Bracket {
  /** Of the bracket, or of the mark of a picture before it. */
  readonly index: number
  readonly isImage: boolean
}

/** How many of the same mark stand there. */
export function runAt(text: string, at: number): number {
  let end = at + 1
  while (text[end] === text[at]) end += 1
  return end - at
}
