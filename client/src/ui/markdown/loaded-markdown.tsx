import { FormattedText } from './formatted-text.tsx'
import type { MarkdownProps } from './markdown.tsx'
import { usePacedText } from './use-paced-text.ts'

/** A text as formatted text, as often as it can be shown without holding up the page. */
export function LoadedMarkdown({ text, isGrowing = false }: MarkdownProps) {
  return <FormattedText text={usePacedText(text, isGrowing)} isGrowing={isGrowing} />
}
