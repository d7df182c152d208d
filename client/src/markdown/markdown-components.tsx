import '../i18n/markdown-english.ts'
import type { Components } from 'hast-util-to-jsx-runtime'
import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'
import { AnswerLink } from './answer-link.tsx'
import { Alert } from './alert.tsx'
import { NestedCode } from './code/nested-code.tsx'
import { Formula } from './formula.tsx'
import { RemoteImage } from './remote-image.tsx'
import { toSafeAddress } from './safe-address.ts'
import { EmbeddedImage, isEmbeddedImage } from './embedded-image.tsx'
import { TableFrame } from './table-frame.tsx'

/** Components for the elements of a model's text. `node` is the parser's and must not become an attribute. */
export const markdownComponents: Components = {
  a: ({ href, children, node: _, ...attributes }) => {
    // Links that the parser makes, to footnotes and back.
    if (href?.startsWith('#'))
      return (
        <a {...attributes} href={href}>
          {children}
        </a>
      )
    const address = toSafeAddress(href)
    if (address === null) return <span>{children}</span>
    return <AnswerLink address={address}>{children}</AnswerLink>
  },
  // A direction of its own, so that the words around it decide that of the paragraph.
  code: ({ node: _, ...attributes }) => <code dir="ltr" {...attributes} />,
  h1: ({ children }) => <Heading level={1}>{children}</Heading>,
  h2: ({ children }) => <Heading level={2}>{children}</Heading>,
  h3: ({ children }) => <Heading level={3}>{children}</Heading>,
  h4: ({ children }) => <Heading level={4}>{children}</Heading>,
  h5: ({ children }) => <Heading level={5}>{children}</Heading>,
  h6: ({ children }) => <Heading level={6}>{children}</Heading>,
  img: ({ src, alt }) => {
    const address = typeof src === 'string' ? src : undefined
    if (isEmbeddedImage(address)) return <EmbeddedImage address={address} alt={alt ?? ''} />
    return <RemoteImage address={toSafeAddress(address)} alt={alt ?? ''} />
  },
  input: ({ checked }) => <TaskMark isDone={checked === true} />,
  li: ({ node: _, ...attributes }) => <li dir="auto" {...attributes} />,
  pre: ({ children }) => <NestedCode>{children}</NestedCode>,
  summary: ({ children }) => <Summary>{children}</Summary>,
  table: ({ children }) => <TableFrame>{children}</TableFrame>,
  'x-alert': Alert,
  'x-formula': Formula,
}

/** A heading of an answer, below the heading of the answer itself. It looks like the level that was written. */
function Heading({ level, children }: { readonly level: number; readonly children?: ReactNode }) {
  const shifted = Math.min(level + 2, 6)
  const Tag = `h${shifted}` as 'h3' | 'h4' | 'h5' | 'h6'
  return (
    <Tag dir="auto" className={`heading-${level}`}>
      {children}
    </Tag>
  )
}

function Summary({ children }: { readonly children?: ReactNode }) {
  const text = useText()
  return <summary dir="auto">{children ?? text('markdown.details')}</summary>
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
