import { GitBranch } from 'lucide-react'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'

/** Says that another device has continued the conversation on another branch. This page stays on its branch until asked to switch. */
export function NewerElsewhere({ onShow }: { readonly onShow: () => void }) {
  const text = useText()
  return (
    <div
      role="status"
      className="rise pointer-events-auto flex items-center gap-2 rounded-full border border-line-strong bg-raised py-1 pr-1 pl-3 text-[0.8125rem] text-soft shadow-overlay"
      data-testid="newer-elsewhere"
    >
      <GitBranch size={14} aria-hidden className="shrink-0 text-faint" />
      <span>{text('thread.newer')}</span>
      <Button size="small" tone="quiet" isPill onClick={onShow} data-testid="show-newer">
        <span className="text-ink">{text('thread.newer.show')}</span>
      </Button>
    </div>
  )
}
