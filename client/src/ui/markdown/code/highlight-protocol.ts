/** What a stretch of code is, as far as it is told apart by colour; '' is anything else. The style sheet has a `.code-…` for each. */
export type CodeKind =
  | ''
  | 'comment'
  | 'keyword'
  | 'string'
  | 'number'
  | 'function'
  | 'type'
  | 'property'
  | 'tag'
  | 'punctuation'
  | 'inserted'
  | 'deleted'
  | 'strong'

/** Up to which character of the line, and what. */
export type HighlightedLine = readonly (readonly [until: number, kind: CodeKind])[]

export interface HighlightRequest {
  /** Of the block; what comes later under the same number continues it. */
  readonly block: number
  readonly language: string
  /** The line at which the text begins: where the last request ended, or 0. */
  readonly from: number
  readonly text: string
  /** Lines at the end that may still change: they are highlighted, and asked for again. */
  readonly openLines: number
}

export interface HighlightAnswer {
  readonly block: number
  readonly from: number
  /** Null when the language is not known, or the lines before `from` are not: the block is asked for from its beginning, or not at all. */
  readonly lines: readonly HighlightedLine[] | null
}

/** A block that is gone needs no memory. */
export interface HighlightEnd {
  readonly block: number
  readonly isOver: true
}
