import type { Id } from '@holdfast/shared'
import { useEffect, type RefObject } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { useToast } from '../../ui/toasts.tsx'
import { useNow } from '../../ui/use-now.ts'
import { timeToDay, type Day } from './store/day.ts'
import { needsCompleted, type TaskFilters } from './parts/task-filters.ts'
import { useFreshItems } from './parts/use-fresh-items.ts'
import { usePlanner, type PlannerView } from './store/use-planner.ts'
import { usePlannerActions, type PlannerActions } from './store/use-planner-actions.ts'
import { useShownItem, type ShownItem } from './parts/use-shown-item.ts'

const minuteMs = 60_000

export interface PlannerScreenProps {
  readonly filters: TaskFilters
  readonly onFilters: (filters: TaskFilters) => void
  /** The item that the person followed a link to. */
  readonly shown: ShownItem | null
  /** Puts a question to the assistant into the composer. */
  readonly onAsk: (question: string) => void
  /** Called when the person follows a link to a message. */
  readonly onFollow?: () => void
}

export interface PlannerScreen extends PlannerView {
  readonly today: Day
  readonly actions: PlannerActions
  readonly fresh: ReadonlySet<Id>
  /** There are no goals, milestones or tasks at all. */
  readonly isEmpty: boolean
}

/** The state of the planner, for its page and its panel. */
export function usePlannerScreen(props: PlannerScreenProps, containerRef: RefObject<HTMLElement | null>): PlannerScreen {
  const { filters, onFilters, shown } = props
  const text = useText()
  const toast = useToast()
  const view = usePlanner({ withCompleted: needsCompleted(filters) })
  const fresh = useFreshItems(view.data)
  useShownItem(containerRef, shown, { ...view, filters, onFilters }, () => toast({ text: text('planner.missing') }))
  const { data } = view
  useShowFresh(containerRef, fresh)
  return {
    ...view,
    today: timeToDay(useNow(minuteMs)),
    actions: usePlannerActions(),
    fresh,
    isEmpty: data !== null && data.stats.total === 0 && data.goals.length === 0 && data.milestones.length === 0,
  }
}

/** Scrolls to what the assistant has just changed, unless the person is using the list. */
function useShowFresh(containerRef: RefObject<HTMLElement | null>, fresh: ReadonlySet<Id>) {
  useEffect(() => {
    const container = containerRef.current
    const [first] = fresh
    if (!container || first === undefined || container.matches(':hover, :focus-within')) return
    container.querySelector(`[data-item-id="${CSS.escape(first)}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [containerRef, fresh])
}
