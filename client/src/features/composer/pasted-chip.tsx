import { ChevronRight, FileText, TextCursorInput, X } from 'lucide-react'
import { useId, useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { IconButton } from '../../ui/icon-button.tsx'

export interface PastedChipProps {
  readonly content: string
  /** Moves the text into the composer. */
  readonly onInline: () => void
  readonly onRemove: () => void
}

/** A long pasted text as a chip: it can be viewed, moved into the field or removed. */
export function PastedChip({ content, onInline, onRemove }: PastedChipProps) {
  const text = useText()
  const id = useId()
  const [isOpen, setOpen] = useState(false)
  const count = content.length
  return (
    <li className="min-w-0 rounded-md border border-line bg-sunken text-sm" data-testid="pasted-chip">
      <div className="flex items-center gap-1 p-1">
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={isOpen ? id : undefined}
          onClick={() => setOpen(!isOpen)}
          className="flex h-7 min-w-0 flex-1 items-center gap-2 rounded-sm px-1.5 text-left hover:bg-hover touch:h-11"
        >
          <ChevronRight
            size={13}
            aria-hidden
            className={`shrink-0 text-faint transition-transform duration-150 ${isOpen ? 'rotate-90' : ''}`}
          />
          <FileText size={14} aria-hidden className="shrink-0 text-faint" />
          <span className="shrink-0 font-medium">{text('composer.pasted')}</span>
          <span className="shrink-0 text-xs text-faint tabular-nums">{text('composer.pasted.length', { count })}</span>
          <span className="hidden truncate text-xs text-faint sm:inline">{content.slice(0, 200).trim()}</span>
        </button>
        <IconButton label={text('composer.pasted.inline')} size="small" onClick={onInline} data-testid="pasted-inline">
          <TextCursorInput size={14} aria-hidden />
        </IconButton>
        <IconButton label={text('composer.pasted.remove')} size="small" onClick={onRemove} data-testid="pasted-remove">
          <X size={14} aria-hidden />
        </IconButton>
      </div>
      {isOpen && (
        <pre
          id={id}
          role="region"
          aria-label={text('composer.pasted')}
          tabIndex={0}
          className="max-h-48 overflow-y-auto border-t border-line px-3 py-2 font-mono text-xs leading-relaxed wrap-anywhere whitespace-pre-wrap"
        >
          {content}
        </pre>
      )}
    </li>
  )
}
