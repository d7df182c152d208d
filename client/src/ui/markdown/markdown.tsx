import { use, Suspense } from 'react'
import type * as LoadedModule from './loaded-markdown.tsx'
import type { ShownText } from './shown-text.ts'

export interface MarkdownProps {
  readonly text: string
  /** More is coming: what is open at the end is shown as it will be. */
  readonly isGrowing?: boolean
  /** A stretch of a text that somebody else has parsed: it is shown instead. */
  readonly shown?: ShownText | null
}

export type MarkdownModule = typeof LoadedModule

// Asked for at once, beside the page's first requests: it is there before there is anything to format.
const loading: Promise<MarkdownModule> = import('./loaded-markdown.tsx')
let loaded: MarkdownModule | null = null
void loading.then((module) => {
  loaded = module
})

/** A model's text as formatted text; the plain text until the formatter is there. */
export function Markdown(props: MarkdownProps) {
  // Once it is there nobody waits, not even for the moment in which the plain text would be seen.
  if (loaded) return <loaded.LoadedMarkdown {...props} />
  return (
    <Suspense fallback={<div className="prose whitespace-pre-wrap">{props.text}</div>}>
      <AwaitedMarkdown {...props} />
    </Suspense>
  )
}

function AwaitedMarkdown(props: MarkdownProps) {
  const { LoadedMarkdown } = use(loading)
  return <LoadedMarkdown {...props} />
}

/** What parses texts, once it is there. Whoever cannot do without it is suspended until then. */
export function useMarkdownModule(isNeeded: boolean): MarkdownModule | null {
  if (loaded || !isNeeded) return loaded
  return use(loading)
}

/** A text in Markdown as it is read, without its marks. */
export async function markdownToPlainText(markdown: string): Promise<string> {
  const module = await loading
  return module.markdownToPlainText(markdown)
}
