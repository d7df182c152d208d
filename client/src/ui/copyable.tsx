import { Check, Copy } from 'lucide-react'
import { useText } from '../i18n/use-text.ts'
import { IconButton } from './icon-button.tsx'
import { useCopy } from './use-copy.ts'

/** A text with a copy button. */
export function Copyable({
  label,
  content,
  testId,
}: {
  readonly label: string
  readonly content: string
  readonly testId?: string
}) {
  const text = useText()
  const { isCopied, copy } = useCopy()
  return (
    <div>
      <p className="mb-1 text-xs font-medium text-soft">{label}</p>
      <div className="relative rounded-md bg-code">
        <pre
          role="group"
          aria-label={label}
          className="py-2.5 pr-11 pl-3 font-mono text-[0.78rem] leading-relaxed wrap-anywhere whitespace-pre-wrap"
          data-testid={testId}
        >
          {content}
        </pre>
        <IconButton
          label={text(isCopied ? 'copy.done' : 'copy.what', { what: label })}
          size="small"
          className="absolute top-1.5 right-1.5 bg-code"
          onClick={() => copy(content)}
        >
          {isCopied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
        </IconButton>
      </div>
    </div>
  )
}
