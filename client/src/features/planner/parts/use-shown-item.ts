import { useEffect, useEffectEvent, useRef, type RefObject } from 'react'
import type { Id } from '@holdfast/shared'
import { noFilters, type TaskFilters } from './task-filters.ts'
import type { PlannerView } from '../store/use-planner.ts'

/** An item to scroll to. A new object scrolls again, even for the same item. */
export interface ShownItem {
  readonly id: Id
}

/**
 * Scrolls to an item, and clears the filters if they hide it. Calls `onMissing` for an item that no longer exists.
 */
export function useShownItem(
  containerRef: RefObject<HTMLElement | null>,
  shown: ShownItem | null,
  view: PlannerView & { readonly filters: TaskFilters; readonly onFilters: (filters: TaskFilters) => void },
  onMissing: () => void,
): void {
  const { data, filters, isLoadingCompleted } = view
  const onFilters = useEffectEvent(view.onFilters)
  const onGone = useEffectEvent(onMissing)
  const settled = useRef<ShownItem | null>(null)
  useEffect(() => {
    if (!shown || !data || settled.current === shown) return
    const element = containerRef.current?.querySelector<HTMLElement>(`[data-item-id="${CSS.escape(shown.id)}"]`)
    if (element) {
      settled.current = shown
      element.scrollIntoView({ block: 'center' })
      return
    }
    const everything: TaskFilters = { ...noFilters, status: 'all' }
    const isEverything = filters.status === 'all' && filters.category === null && filters.milestone === null
    if (!isEverything) return onFilters(everything)
    if (isLoadingCompleted) return
    settled.current = shown
    onGone()
  }, [containerRef, shown, data, filters, isLoadingCompleted])
}
