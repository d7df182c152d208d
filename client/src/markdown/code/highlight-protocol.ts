/** Kinds of tokens, each with a `.code-…` class in the style sheet; '' has none. */
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

/** Tokens of a line: end offset and kind. */
export type HighlightedLine = readonly (readonly [until: number, kind: CodeKind])[]

export interface HighlightRequest {
  /** Number of the block, the same in all its requests. */
  readonly block: number
  readonly language: string
  /** Line at which the text begins: 0, or where the last request's settled lines ended. */
  readonly from: number
  readonly text: string
  /** Number of lines at the end that may still change, and will be requested again. */
  readonly openLines: number
}

export interface HighlightAnswer {
  readonly block: number
  readonly from: number
  /** Null if the language or the state before `from` is unknown. */
  readonly lines: readonly HighlightedLine[] | null
}

/** Releases the state of a block. */
export interface HighlightEnd {
  readonly block: number
  readonly isOver: true
}
