import type { Id } from '@holdfast/shared'
import { useEffect, type RefObject } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { useToast } from '../../ui/toasts.tsx'
import type { Day } from './day.ts'
import { needsCompleted, type TaskFilters } from './task-filters.ts'
import { useFreshItems } from './use-fresh-items.ts'
import { usePlanner, type PlannerView } from './use-planner.ts'
import { usePlannerActions, type PlannerActions } from './use-planner-actions.ts'
import { useShownItem, type ShownItem } from './use-shown-item.ts'
import { useToday } from './use-today.ts'

export interface PlannerScreenProps {
  readonly filters: TaskFilters
  readonly onFilters: (filters: TaskFilters) => void
  /** What somebody came to see. */
  readonly shown: ShownItem | null
  /** Puts a question to the assistant into the composer. */
  readonly onAsk: (question: string) => void
  /** A link to a message was followed. */
  readonly onFollow?: () => void
}

export interface PlannerScreen extends PlannerView {
  readonly today: Day
  readonly actions: PlannerActions
  readonly fresh: ReadonlySet<Id>
  /** Nothing was ever planned. */
  readonly isEmpty: boolean
}

/** What the planner shows, on its page and in the panel alike. */
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
    today: useToday(),
    actions: usePlannerActions(),
    fresh,
    isEmpty: data !== null && data.stats.total === 0 && data.goals.length === 0 && data.milestones.length === 0,
  }
}

/** What the assistant does comes into sight where nobody is busy. */
function useShowFresh(containerRef: RefObject<HTMLElement | null>, fresh: ReadonlySet<Id>) {
  useEffect(() => {
    const container = containerRef.current
    const [first] = fresh
    if (!container || first === undefined || container.matches(':hover, :focus-within')) return
    container.querySelector(`[data-item-id="${CSS.escape(first)}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [containerRef, fresh])
}
