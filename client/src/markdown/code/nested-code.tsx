import { Children, isValidElement, useMemo, type ReactNode } from 'react'
import { appendLines } from '../document/chunks.ts'
import { CodeBlock } from './code-block.tsx'

/** Code inside a list or a quote, which the parser makes a `pre` around a `code`. */
export function NestedCode({ children }: { readonly children?: ReactNode }) {
  const { language, code } = childrenToCode(children)
  const { chunks, lineCount } = useMemo(() => appendLines([], 0, code), [code])
  return <CodeBlock language={language} meta="" chunks={chunks} lineCount={lineCount} />
}

function childrenToCode(children: ReactNode): { language: string; code: string } {
  const child = Children.toArray(children)[0]
  if (!isValidElement<{ className?: string; children?: ReactNode }>(child))
    return { language: '', code: typeof child === 'string' ? child : '' }
  const language = /language-(\S+)/u.exec(child.props.className ?? '')?.[1] ?? ''
  const content = child.props.children
  return { language, code: typeof content === 'string' ? content : '' }
}
