/** State of one scan over inline content. */
export interface Scan {
  readonly text: string
  at: number
  /** Offset from which the text is held back. */
  end: number
  /** Open emphasis. */
  open: { readonly mark: string; count: number; readonly index: number; readonly run: number }[]
  brackets: Bracket[]
  /** Removed ranges: the brackets of a link whose address is incomplete. */
  readonly removed: [from: number, to: number][]
  /** Open code. */
  code: { readonly mark: string; readonly index: number } | null
}

export interface Bracket {
  /** Offset of the bracket, or of the `!` before it. */
  readonly index: number
  readonly isImage: boolean
}

/** Length of the run of the same mark at this offset. */
export function runAt(text: string, at: number): number {
  let end = at + 1
  while (text[end] === text[at]) end += 1
  return end - at
}
