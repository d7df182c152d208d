import type { ParsedText } from './parsed-text.ts'

export interface MarkdownProps {
  readonly text: string
  /** More text will follow: an unfinished end is completed for display. */
  readonly isGrowing?: boolean
  /** Rendered instead of `text`, when the caller has parsed it already. */
  readonly parsed?: ParsedText | null
}
