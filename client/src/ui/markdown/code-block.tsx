import { Check, Copy, WrapText } from 'lucide-react'
import { Children, isValidElement, useState, type ReactNode } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { useCopy } from '../use-copy.ts'

/** Code as it was written, with its language and a way to take it along. */
export function CodeBlock({ children }: { readonly children: ReactNode }) {
  const text = useText()
  const { language, code } = childrenToCode(children)
  const [isWrapped, setWrapped] = useState(false)
  const { isCopied, copy } = useCopy()
  return (
    <div className="group/code overflow-hidden rounded-md border border-line bg-code">
      <div className="flex h-9 items-center gap-1 border-b border-line pr-1 pl-3.5 text-xs text-faint select-none">
        {/* Drawn, not written: what is selected and copied is the answer alone. */}
        <span className="mr-auto font-mono before:content-[attr(data-language)]" data-language={language} aria-hidden />
        <CodeButton
          label={text(isWrapped ? 'markdown.code.unwrap' : 'markdown.code.wrap')}
          isPressed={isWrapped}
          onClick={() => setWrapped(!isWrapped)}
        >
          <WrapText size={14} aria-hidden />
        </CodeButton>
        <CodeButton label={text(isCopied ? 'copy.done' : 'markdown.code.copy')} onClick={() => copy(code)}>
          {isCopied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
        </CodeButton>
      </div>
      <pre
        className={`overflow-x-auto px-3.5 py-3 font-mono text-[0.84rem] leading-[1.6] ${isWrapped ? 'whitespace-pre-wrap' : ''}`}
        role="region"
        aria-label={text('markdown.code', { language: language || 'text' })}
        tabIndex={0}
      >
        <code>{code}</code>
      </pre>
    </div>
  )
}

function CodeButton(props: {
  readonly label: string
  readonly isPressed?: boolean
  readonly onClick: () => void
  readonly children: ReactNode
}) {
  return (
    <button
      type="button"
      className="grid size-7 place-items-center rounded-sm hover:bg-hover hover:text-ink touch:size-9"
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.isPressed}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  )
}

function childrenToCode(children: ReactNode): { language: string; code: string } {
  const child = Children.toArray(children)[0]
  if (!isValidElement<{ className?: string; children?: ReactNode }>(child))
    return { language: '', code: typeof child === 'string' ? child : '' }
  const language = /language-(\S+)/u.exec(child.props.className ?? '')?.[1] ?? ''
  const content = child.props.children
  return { language, code: typeof content === 'string' ? content.replace(/\n$/u, '') : '' }
}
