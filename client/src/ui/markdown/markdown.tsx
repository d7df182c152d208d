import { use, Suspense, type ComponentType } from 'react'

export interface MarkdownProps {
  readonly text: string
  /** More is coming: what is open at the end is shown as it will be. */
  readonly isGrowing?: boolean
}

// Asked for at once, beside the page's first requests: it is there before there is anything to format.
const loading = import('./loaded-markdown.tsx')
let loaded: ComponentType<MarkdownProps> | null = null
void loading.then((module) => {
  loaded = module.LoadedMarkdown
})

/** A model's text as formatted text; the plain text until the formatter is there. */
export function Markdown(props: MarkdownProps) {
  // Once it is there nobody waits, not even for the moment in which the plain text would be seen.
  const Loaded = loaded
  if (Loaded) return <Loaded {...props} />
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
