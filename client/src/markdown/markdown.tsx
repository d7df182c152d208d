import { use, Suspense } from 'react'
import { loadUntilThere } from '../lib/load-until-there.ts'
import type * as Implementation from './markdown-impl.tsx'
import type { MarkdownProps } from './markdown-props.ts'

export type MarkdownModule = typeof Implementation

// Loading starts with this module, in parallel to the page's first requests.
const loading: Promise<MarkdownModule> = loadUntilThere(() => import('./markdown-impl.tsx'))
let loaded: MarkdownModule | null = null
void loading.then((module) => {
  loaded = module
})

/** Renders a model's Markdown; as plain text until the implementation is loaded. */
export function Markdown(props: MarkdownProps) {
  // Once it is loaded, render directly: `use` would suspend and flash the plain text.
  if (loaded) return <loaded.MarkdownImpl {...props} />
  return (
    <Suspense fallback={<div className="prose whitespace-pre-wrap">{props.text}</div>}>
      <AwaitedMarkdown {...props} />
    </Suspense>
  )
}

function AwaitedMarkdown(props: MarkdownProps) {
  const { MarkdownImpl } = use(loading)
  return <MarkdownImpl {...props} />
}

/** The loaded implementation, or null. Suspends until it is loaded if `isNeeded`. */
export function useMarkdownModule(isNeeded: boolean): MarkdownModule | null {
  if (loaded || !isNeeded) return loaded
  return use(loading)
}

/** Converts Markdown to plain text for the clipboard. */
export async function markdownToPlainText(markdown: string): Promise<string> {
  const module = await loading
  return module.markdownToPlainText(markdown)
}
