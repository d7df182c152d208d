import type { Id, ToolCallPart } from '@holdfast/shared'
import { ChevronRight } from 'lucide-react'
import { useId } from 'react'
import { locale } from '../../../i18n/locale.ts'
import { useText } from '../../../i18n/use-text.ts'
import { formatDuration } from '../../../ui/format-time.ts'
import { PlannerItemLink } from './planner-item-link.tsx'
import { lazyPart } from '../../../ui/lazy-part.tsx'
import { changesPlans } from '../model/changes-plans.ts'
import type { ThreadActions } from '../model/thread-actions.ts'
import { stateTones, ToolCallIcon } from './tool-call-icon.tsx'
import { toolCallToItem } from '../model/tool-call-item.ts'
import { needsAttention, toShownState } from '../model/tool-call-state.ts'
import { toolCallToWords } from '../model/tool-call-words.ts'
import { useRememberedToggle } from '../../../lib/use-remembered-toggle.ts'

const ToolCallDetails = lazyPart(() => import('./tool-call-details.tsx').then((module) => module.ToolCallDetails))

export interface ToolCallCardProps {
  readonly messageId: Id
  readonly call: ToolCallPart
  readonly isAnswerOver: boolean
  readonly actions: ThreadActions
}

/** A tool call in one line: its action, result and duration. Expanded, it shows the arguments and the result. */
export function ToolCallCard({ messageId, call, isAnswerOver, actions }: ToolCallCardProps) {
  const text = useText()
  const id = useId()
  const [isOpen, toggle] = useRememberedToggle(call.callId)
  const { action, subject, server } = toolCallToWords(call, text)
  const state = toShownState(call, isAnswerOver)
  const item = toolCallToItem(call)
  return (
    <div
      className={`rounded-md border text-sm ${state === 'failed' ? 'border-danger/40' : state === 'unknown' ? 'border-warm/50' : 'border-line'} bg-raised`}
      data-testid="tool-call"
      data-part="tool-call"
      data-state={state}
      data-name={call.name}
      data-call-id={call.callId}
    >
      <div className="flex items-center gap-1 pr-1.5">
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={isOpen ? id : undefined}
          onClick={toggle}
          className="flex min-h-9 min-w-0 flex-1 items-center gap-2 rounded-md py-1.5 pr-2 pl-3 text-left -outline-offset-2 hover:bg-hover/60 touch:min-h-11"
        >
          <ToolCallIcon state={state} />
          <span className="min-w-0 truncate">
            <span className="text-soft">{action}</span>
            {server !== null && <span className="text-faint"> · {server}</span>}
            {subject !== null && (
              <>
                {' '}
                <span className="ml-0.5 font-medium text-ink">{subject}</span>
              </>
            )}
          </span>{' '}
          <span className="ml-auto flex shrink-0 items-center gap-1.5 pl-2 text-xs tabular-nums">
            <span className={stateTones[state]}>{text(`tool.${state}`)}</span>{' '}
            {call.durationMs !== undefined && state === 'done' && (
              <span className="text-faint max-sm:sr-only">{formatDuration(call.durationMs, locale)}</span>
            )}
            <ChevronRight
              size={14}
              aria-hidden
              className={`text-faint transition-transform duration-150 ${isOpen ? 'rotate-90' : ''}`}
            />
          </span>
        </button>
        {item && <PlannerItemLink item={item} actions={actions} />}
      </div>
      {call.error !== undefined && needsAttention(state) && !isOpen && (
        <p className={`line-clamp-3 px-3 pb-2 pl-9 text-[0.8125rem] wrap-anywhere ${stateTones[state]}`} data-testid="tool-error">
          {call.error}
        </p>
      )}
      {isOpen && (
        <div id={id} className="border-t border-line px-3 py-2.5" data-testid="tool-details">
          <ToolCallDetails
            call={call}
            onUndo={isAnswerOver && changesPlans([call]) ? () => actions.undoPlans(messageId) : undefined}
          />
        </div>
      )}
    </div>
  )
}
