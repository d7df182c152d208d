import type { Id, ToolCallPart } from '@holdfast/shared'
import { ChevronRight } from 'lucide-react'
import { useId } from 'react'
import { locale } from '../../../i18n/locale.ts'
import { useText, type Text } from '../../../i18n/use-text.ts'
import { formatDuration } from '../../../ui/format-time.ts'
import type { ThreadActions } from '../model/thread-actions.ts'
import { ToolCallCard } from './tool-call-card.tsx'
import { stateTones, ToolCallIcon } from './tool-call-icon.tsx'
import { needsAttention, statesToSummary, sumDurations, toShownState, type ShownCallState } from '../model/tool-call-state.ts'
import { toolCallToWords } from '../model/tool-call-words.ts'
import { useRememberedToggle } from '../../../lib/use-remembered-toggle.ts'

export interface ToolCallGroupProps {
  readonly messageId: Id
  readonly calls: readonly ToolCallPart[]
  readonly isAnswerOver: boolean
  readonly actions: ThreadActions
}

/** Calls that follow each other: one as a card, several behind one line. What went wrong is in sight either way. */
export function ToolCallGroup({ messageId, calls, isAnswerOver, actions }: ToolCallGroupProps) {
  const text = useText()
  const id = useId()
  const [first] = calls
  const [isOpen, toggle] = useRememberedToggle(`group-${first?.callId}`)
  if (first && calls.length === 1)
    return <ToolCallCard messageId={messageId} call={first} isAnswerOver={isAnswerOver} actions={actions} />
  const states = calls.map((call) => toShownState(call, isAnswerOver))
  const summary = statesToSummary(states)
  const duration = sumDurations(calls)
  const name = text(hasRun(states) ? 'tool.group.ran' : 'tool.group', { count: calls.length })
  const count = states.filter((state) => state === summary).length
  const shown = isOpen ? calls : calls.filter((_, index) => needsAttention(states[index] ?? 'done'))
  return (
    <div className="space-y-1.5" data-testid="tool-group" data-part="tool-group" data-state={summary}>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={toggle}
        className="flex min-h-9 w-full items-center gap-2 rounded-md border border-line bg-raised py-1.5 pr-3 pl-3 text-left text-sm hover:bg-hover/60 touch:min-h-11"
      >
        <ToolCallIcon state={summary} />
        <span className="shrink-0">{name}</span>{' '}
        <span className="min-w-0 truncate text-[0.8125rem] text-faint">{toActions(calls, text)}</span>{' '}
        <span className="ml-auto flex shrink-0 items-center gap-1.5 pl-2 text-xs tabular-nums">
          {summary === 'done' ? (
            <span className="sr-only">{text('tool.done')}</span>
          ) : (
            <span className={stateTones[summary]}>{text('tool.group.state', { count, state: text(`tool.${summary}`) })}</span>
          )}{' '}
          {duration !== null && <span className="text-faint">{formatDuration(duration, locale)}</span>}
          <ChevronRight
            size={14}
            aria-hidden
            className={`text-faint transition-transform duration-150 ${isOpen ? 'rotate-90' : ''}`}
          />
        </span>
      </button>
      {shown.length > 0 && (
        <ul id={id} className="space-y-1.5 pl-4" aria-label={name}>
          {shown.map((call) => (
            <li key={call.callId}>
              <ToolCallCard messageId={messageId} call={call} isAnswerOver={isAnswerOver} actions={actions} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** All of them have come to an end, however that was. */
function hasRun(states: readonly ShownCallState[]): boolean {
  return states.every((state) => state === 'done' || state === 'failed' || state === 'unknown')
}

/** The actions of a group, each listed once with its count: "Added task ×2, Looked at tasks". */
function toActions(calls: readonly ToolCallPart[], text: Text): string {
  const counts = Map.groupBy(calls, (call) => toolCallToWords(call, text).action)
  return [...counts].map(([action, of]) => (of.length > 1 ? `${action} ×${of.length}` : action)).join(', ')
}
