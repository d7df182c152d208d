import { CornerDownRight } from 'lucide-react'
import { useText } from '../../../i18n/use-text.ts'

const examples = ['planner.example.task', 'planner.example.milestone', 'planner.example.remaining'] as const

/** Shown while the planner is empty: examples of what to ask the assistant. */
export function PlannerEmpty({ onAsk }: { readonly onAsk: (question: string) => void }) {
  const text = useText()
  return (
    <div className="rounded-md border border-dashed border-line-strong px-4 py-4 text-sm" data-testid="planner-empty">
      <p className="font-medium">{text('planner.empty')}</p>
      <p className="mt-1 text-soft">{text('planner.empty.about')}</p>
      <ul className="mt-2.5 space-y-0.5">
        {examples.map((id) => (
          <li key={id}>
            <button
              type="button"
              onClick={() => onAsk(text(id))}
              className="-ml-1.5 flex items-start gap-2 rounded-sm px-1.5 py-1 text-left text-accent-strong hover:bg-hover touch:py-3"
            >
              <CornerDownRight size={14} aria-hidden className="mt-0.5 shrink-0 text-faint" />“{text(id)}”
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
