import { AlarmClock, Calendar } from 'lucide-react'
import { locale } from '../../../i18n/locale.ts'
import { useText } from '../../../i18n/use-text.ts'
import { formatDay, formatWholeDay, isOverdue, type Day } from '../store/day.ts'

/** A due date. An overdue one has an icon and a word, not just a colour. */
export function DueDate({ day, isDone, today }: { readonly day: Day | null; readonly isDone: boolean; readonly today: Day }) {
  const text = useText()
  if (day === null) return null
  const isLate = isOverdue(day, isDone, today)
  const when = formatDay(day, today, locale)
  return (
    <time
      dateTime={day}
      title={formatWholeDay(day, locale)}
      className={`inline-flex shrink-0 items-center gap-1 whitespace-nowrap tabular-nums ${isLate ? 'font-medium text-danger-ink' : day === today && !isDone ? 'text-warm-ink' : ''}`}
      data-testid="due-date"
      data-overdue={isLate || undefined}
    >
      {isLate ? <AlarmClock size={12} aria-hidden /> : <Calendar size={12} aria-hidden />}
      {isLate ? text('planner.overdue.since', { when }) : when}
    </time>
  )
}
