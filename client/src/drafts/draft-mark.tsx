import { PencilLine } from 'lucide-react'
import { useText } from '../i18n/use-text.ts'

/** Marks a conversation with an unsent draft. */
export function DraftMark({ className = '' }: { readonly className?: string }) {
  const text = useText()
  return (
    <span className={`ml-auto shrink-0 pr-1 text-faint ${className}`} title={text('draft')} data-testid="draft-mark">
      <PencilLine size={13} aria-hidden />
      <span className="sr-only">{text('draft.mark')}</span>
    </span>
  )
}
