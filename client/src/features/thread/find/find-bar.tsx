import { ChevronDown, ChevronUp, X } from 'lucide-react'
import type { KeyboardEvent, RefObject } from 'react'
import { isComposing } from '../../../lib/is-composing.ts'
import { useText } from '../../../i18n/use-text.ts'
import { IconButton } from '../../../ui/icon-button.tsx'

export interface FindBarProps {
  readonly inputRef: RefObject<HTMLInputElement | null>
  readonly query: string
  readonly onQuery: (query: string) => void
  /** From 1; null when none is shown. */
  readonly position: number | null
  readonly total: number
  /** Earlier messages are still being loaded and looked through. */
  readonly isSearching: boolean
  readonly onStep: (step: 1 | -1) => void
  readonly onClose: () => void
}

/** The find bar: searches the whole conversation, including messages that are not loaded yet. */
export function FindBar(props: FindBarProps) {
  const { inputRef, query, position, total, isSearching, onStep, onClose } = props
  const text = useText()
  const onEscape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || isComposing(event.nativeEvent)) return
    event.preventDefault()
    onClose()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    onEscape(event)
    if (event.key !== 'Enter' || isComposing(event.nativeEvent)) return
    event.preventDefault()
    onStep(event.shiftKey ? -1 : 1)
  }
  const found =
    total === 0 ? text(isSearching ? 'find.searching' : 'find.none') : text('find.count', { index: position ?? 1, count: total })
  return (
    <div
      role="search"
      className="rise absolute top-2 right-3 left-3 z-20 flex items-center gap-0.5 rounded-md border border-line-strong bg-raised p-1 pl-3 shadow-overlay sm:left-auto sm:w-88"
      data-testid="find-bar"
      data-chrome=""
    >
      <input
        ref={inputRef}
        type="text"
        className="min-w-0 flex-1 bg-transparent py-1 text-sm outline-none placeholder:text-faint max-sm:text-base"
        aria-label={text('find.label')}
        placeholder={text('find.label')}
        value={query}
        onKeyDown={onKeyDown}
        onChange={(event) => props.onQuery(event.target.value)}
        autoComplete="off"
        spellCheck={false}
        data-testid="find-input"
      />
      <span
        className="shrink-0 px-1.5 text-xs text-faint tabular-nums"
        role="status"
        data-testid="find-count"
        data-searching={isSearching}
      >
        {query.trim() !== '' && found}
        {query.trim() !== '' && isSearching && total > 0 && <span aria-hidden>…</span>}
      </span>
      <IconButton
        label={text('find.previous')}
        size="small"
        disabled={total === 0}
        onClick={() => onStep(-1)}
        onKeyDown={onEscape}
      >
        <ChevronUp size={15} aria-hidden />
      </IconButton>
      <IconButton label={text('find.next')} size="small" disabled={total === 0} onClick={() => onStep(1)} onKeyDown={onEscape}>
        <ChevronDown size={15} aria-hidden />
      </IconButton>
      <IconButton label={text('find.close')} size="small" onClick={onClose} onKeyDown={onEscape} data-testid="find-close">
        <X size={15} aria-hidden />
      </IconButton>
    </div>
  )
}
