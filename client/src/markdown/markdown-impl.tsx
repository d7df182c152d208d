import { FormattedText } from './formatted-text.tsx'
import type { MarkdownProps } from './markdown-props.ts'
import { usePacedText } from './use-paced-text.ts'

export { createMarkdownDocument } from './document/create-markdown-document.ts'
export { markdownToPlainText } from './document/markdown-to-plain-text.ts'
export { markdownToSpoken } from './document/markdown-to-spoken.ts'
export { createTextPace } from './text-pace.ts'

/** Renders Markdown, no more often than the page can keep up with. */
export function MarkdownImpl({ text, isGrowing = false, parsed = null }: MarkdownProps) {
  const paced = usePacedText(text, isGrowing)
  // A caller that passes parsed text paces it itself.
  return <FormattedText text={parsed ? '' : paced} isGrowing={isGrowing} parsed={parsed} />
}
