import { ChevronRight } from 'lucide-react'
import { useText } from '../../i18n/use-text.ts'
import { Markdown } from '../../ui/markdown/markdown.tsx'

/** What the model wrote for itself: there for who wants to see it. */
export function ReasoningPart({ text: reasoning, isGrowing }: { readonly text: string; readonly isGrowing: boolean }) {
  const text = useText()
  return (
    <details className="group/reasoning text-sm text-soft">
      <summary className="inline-flex cursor-pointer list-none items-center gap-1 rounded-sm py-0.5 pr-2 text-faint hover:text-ink">
        <ChevronRight size={14} aria-hidden className="transition-transform duration-150 group-open/reasoning:rotate-90" />
        {text(isGrowing ? 'reasoning.growing' : 'reasoning.done')}
      </summary>
      <div className="mt-1.5 border-l border-line pl-4 [&_.prose]:text-[0.9rem] [&_.prose]:text-soft">
        <Markdown text={reasoning} isGrowing={isGrowing} />
      </div>
    </details>
  )
}
