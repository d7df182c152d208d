import type { Components } from 'hast-util-to-jsx-runtime'
import { useText } from '../../i18n/use-text.ts'
import { NestedCode } from './code/nested-code.tsx'
import { Formula } from './formula.tsx'
import { RemoteImage } from './remote-image.tsx'
import { toSafeAddress } from './safe-address.ts'
import { TableFrame } from './table-frame.tsx'

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
  img: ({ src, alt }) => <RemoteImage address={toSafeAddress(typeof src === 'string' ? src : undefined)} alt={alt ?? ''} />,
  input: ({ checked }) => <TaskMark isDone={checked === true} />,
  pre: ({ children }) => <NestedCode>{children}</NestedCode>,
  table: ({ children }) => <TableFrame>{children}</TableFrame>,
  'x-formula': Formula,
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
