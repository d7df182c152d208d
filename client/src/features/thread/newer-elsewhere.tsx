import { GitBranch } from 'lucide-react'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'

/** Another device went on with the conversation on another branch: this one stays where it is until somebody wants to go there. */
export function NewerElsewhere({ onShow }: { readonly onShow: () => void }) {
  const text = useText()
  return (
    <div
      role="status"
      className="rise pointer-events-auto flex items-center gap-2 rounded-full border border-line-strong bg-raised py-1 pr-1 pl-3 text-[0.8125rem] text-soft shadow-overlay"
      data-testid="newer-elsewhere"
    >
      <GitBranch size={14} aria-hidden className="shrink-0 text-faint" />
      <span>{text('newer.about')}</span>
      <Button size="small" tone="quiet" className="rounded-full! text-ink!" onClick={onShow} data-testid="show-newer">
        {text('newer.show')}
      </Button>
    </div>
  )
}
