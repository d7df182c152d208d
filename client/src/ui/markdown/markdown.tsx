import { lazy, Suspense } from 'react'
import { PartBoundary } from '../part-boundary.tsx'

export interface MarkdownProps {
  readonly text: string
  /** More is coming: what is open at the end is shown as it will be. */
  readonly isGrowing?: boolean
}

// Asked for at once, beside the page's first requests: it is there before there is anything to format.
const loading = import('./loaded-markdown.tsx')
const LoadedMarkdown = lazy(() => loading.then((module) => ({ default: module.LoadedMarkdown })))

/** A model's text as formatted text; the plain text until the formatter is there. */
export function Markdown(props: MarkdownProps) {
  return (
    <PartBoundary fallback={() => <PlainText {...props} />}>
      <Suspense fallback={<PlainText {...props} />}>
        <LoadedMarkdown {...props} />
      </Suspense>
    </PartBoundary>
  )
}

function PlainText({ text }: MarkdownProps) {
  return <div className="prose whitespace-pre-wrap">{text}</div>
}
