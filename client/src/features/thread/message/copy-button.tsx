import { Check, Copy } from 'lucide-react'
import { useText } from '../../../i18n/use-text.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { useCopy } from '../../../ui/use-copy.ts'

export interface CopyButtonProps {
  readonly content: string
  /** The text without Markdown syntax, copied while Shift is held. */
  readonly onPlain?: () => void
}

/** Copies the text with its Markdown syntax. */
export function CopyButton({ content, onPlain }: CopyButtonProps) {
  const text = useText()
  const { isCopied, copy } = useCopy()
  return (
    <IconButton
      label={text(isCopied ? 'copy.done' : 'copy')}
      hint={onPlain && text('copy.plain.hint')}
      size="small"
      onClick={(event) => (event.shiftKey && onPlain ? onPlain() : copy(content))}
      data-testid="copy"
    >
      {isCopied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
    </IconButton>
  )
}
