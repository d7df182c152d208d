import type { Id, Message } from '@holdfast/shared'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useText } from '../../../i18n/use-text.ts'
import { IconButton } from '../../../ui/icon-button.tsx'

/** Moves between the versions of a message. Nothing is shown where there is only one. */
export function BranchSwitcher({ message, onSelect }: { readonly message: Message; readonly onSelect: (id: Id) => void }) {
  const text = useText()
  const { siblingIds } = message
  const index = siblingIds.indexOf(message.id)
  if (siblingIds.length < 2 || index < 0) return null
  const before = siblingIds[index - 1]
  const after = siblingIds[index + 1]
  return (
    <div
      className="flex items-center text-xs text-faint tabular-nums"
      role="group"
      aria-label={text('branch.label')}
      data-testid="branch-switcher"
    >
      <IconButton
        label={text('branch.previous')}
        size="small"
        disabled={before === undefined}
        onClick={() => before && onSelect(before)}
      >
        <ChevronLeft size={14} aria-hidden />
      </IconButton>
      <span>{text('branch.position', { index: index + 1, count: siblingIds.length })}</span>
      <IconButton
        label={text('branch.next')}
        size="small"
        disabled={after === undefined}
        onClick={() => after && onSelect(after)}
      >
        <ChevronRight size={14} aria-hidden />
      </IconButton>
    </div>
  )
}
