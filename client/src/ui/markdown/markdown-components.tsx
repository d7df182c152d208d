import type { ReactNode } from 'react'
import type { Components } from 'react-markdown'
import { useText } from '../../i18n/use-text.ts'
import { CodeBlock } from './code-block.tsx'
import { addressToHost, toSafeAddress } from './safe-address.ts'

/** How each element of a model's text is shown. `node` is the parser's own and belongs in no attribute. */
export const markdownComponents: Components = {
  a: ({ href, children, node: _, ...attributes }) => {
    // The parser's own links, to footnotes and back.
    if (href?.startsWith('#'))
      return (
        <a {...attributes} href={href}>
          {children}
        </a>
      )
    const address = toSafeAddress(href)
    if (address === null) return <span>{children}</span>
    return (
      <a href={address} target="_blank" rel="noopener noreferrer nofollow">
        {children}
      </a>
    )
  },
  img: ({ src, alt }) => <LinkedImage address={toSafeAddress(typeof src === 'string' ? src : undefined)} alt={alt ?? ''} />,
  input: ({ checked }) => <TaskMark isDone={checked === true} />,
  pre: ({ children }) => <CodeBlock>{children}</CodeBlock>,
  table: ({ children }) => <ScrollingTable>{children}</ScrollingTable>,
}

/**
 * A picture that a model names is not fetched by itself: the address could carry what was said here to somebody else without a
 * click (CVE-2025-32711).
 */
function LinkedImage({ address, alt }: { readonly address: string | null; readonly alt: string }) {
  const text = useText()
  if (address === null) return <span>{alt}</span>
  return (
    <a href={address} target="_blank" rel="noopener noreferrer nofollow" title={text('markdown.image.hint')}>
      {text('markdown.image', { description: alt, host: addressToHost(address) })}
    </a>
  )
}

function TaskMark({ isDone }: { readonly isDone: boolean }) {
  const text = useText()
  return (
    <input
      type="checkbox"
      checked={isDone}
      disabled
      readOnly
      aria-label={text(isDone ? 'markdown.task.done' : 'markdown.task.open')}
    />
  )
}

function ScrollingTable({ children }: { readonly children: ReactNode }) {
  const text = useText()
  return (
    <div className="overflow-x-auto" role="region" aria-label={text('markdown.table')} tabIndex={0}>
      <table>{children}</table>
    </div>
  )
}
