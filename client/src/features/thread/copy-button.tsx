import { Check, Copy } from 'lucide-react'
import { useText } from '../../i18n/use-text.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { useCopy } from '../../ui/use-copy.ts'

/** Copies the text as it was written, markdown included. */
export function CopyButton({ content }: { readonly content: string }) {
  const text = useText()
  const { isCopied, copy } = useCopy()
  return (
    <IconButton label={text(isCopied ? 'copy.done' : 'copy')} size="small" onClick={() => copy(content)} data-testid="copy">
      {isCopied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
    </IconButton>
  )
}
