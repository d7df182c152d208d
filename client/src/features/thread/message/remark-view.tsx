import '../../../i18n/later-english.ts'
import type { RemarkPart } from '@holdfast/shared'
import { CornerDownRight } from 'lucide-react'
import { locale } from '../../../i18n/locale.ts'
import { useText } from '../../../i18n/use-text.ts'
import { formatDateTime, formatWhen } from '../../../ui/format-time.ts'

export interface RemarkViewProps {
  readonly part: RemarkPart
  /** The model has it, will get it, or the answer has ended before. */
  readonly state: 'taken' | 'pending' | 'late'
}

/** A remark of a person, where the answer got it. It is shown as it was written. */
export function RemarkView({ part, state }: RemarkViewProps) {
  const text = useText()
  return (
    <div className="ml-6 rounded-md bg-turn px-4 py-2.5" data-testid="remark" data-part="remark" data-state={state}>
      <p className="mb-0.5 flex items-center gap-1.5 text-xs text-soft" data-chrome="">
        <CornerDownRight size={12} aria-hidden className="shrink-0" />
        <span>
          {text('thread.you')} · {text(state === 'taken' ? 'remark.about' : `remark.${state}`)}
        </span>
        <time dateTime={part.createdAt} title={formatDateTime(part.createdAt, locale)} className="ml-auto shrink-0 tabular-nums">
          {formatWhen(part.createdAt, locale)}
        </time>
      </p>
      <p className="leading-relaxed wrap-anywhere whitespace-pre-wrap" dir="auto">
        {part.text}
      </p>
    </div>
  )
}
