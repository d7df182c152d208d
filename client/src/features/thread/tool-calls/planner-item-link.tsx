import { ArrowUpRight } from 'lucide-react'
import { Link } from 'wouter'
import { plannerItemPath } from '../../../lib/routes.ts'
import { useText } from '../../../i18n/use-text.ts'
import type { ThreadActions } from '../model/thread-actions.ts'
import type { PlannerItem } from '../model/tool-call-item.ts'

/** Leads from what the assistant did to the thing itself: beside the thread, or on its page in another tab. */
export function PlannerItemLink({ item, actions }: { readonly item: PlannerItem; readonly actions: ThreadActions }) {
  const text = useText()
  const label = text(`tool.show.${item.kind}`)
  return (
    <Link
      href={plannerItemPath(item.id)}
      aria-label={label}
      title={label}
      data-testid="show-in-planner"
      className="grid size-7 shrink-0 place-items-center rounded-sm text-faint transition-colors duration-150 hover:bg-hover hover:text-ink touch:size-11"
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return
        event.preventDefault()
        actions.showItem(item)
      }}
    >
      <ArrowUpRight size={14} aria-hidden />
    </Link>
  )
}
