import { FormattedText } from './formatted-text.tsx'
import type { MarkdownProps } from './markdown.tsx'
import { usePacedText } from './use-paced-text.ts'

export { createMarkdownDocument } from './document/create-markdown-document.ts'
export { markdownToPlainText } from './document/markdown-to-plain-text.ts'
export { createTextPace } from './text-pace.ts'

/** A text as formatted text, as often as it can be shown without holding up the page. */
export function LoadedMarkdown({ text, isGrowing = false, shown = null }: MarkdownProps) {
  const paced = usePacedText(text, isGrowing)
  // Who shows a stretch of a text keeps its pace, too.
  return <FormattedText text={shown ? '' : paced} isGrowing={isGrowing} shown={shown} />
}
