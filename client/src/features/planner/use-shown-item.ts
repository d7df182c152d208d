import { useEffect, useRef, type RefObject } from 'react'
import type { Id } from '@holdfast/shared'
import { noFilters, type TaskFilters } from './task-filters.ts'
import type { PlannerView } from './use-planner.ts'

/** An item that somebody came to see. Another object, even for the same item, is another wish. */
export interface ShownItem {
  readonly id: Id
}

/**
 * Brings an item into sight. What filters hide is shown with all others; `onMissing` is called for what is not there any more.
 */
export function useShownItem(
  containerRef: RefObject<HTMLElement | null>,
  shown: ShownItem | null,
  view: PlannerView & { readonly filters: TaskFilters; readonly onFilters: (filters: TaskFilters) => void },
  onMissing: () => void,
): void {
  const { data, filters, isLoadingCompleted } = view
  const latest = useRef({ view, onMissing })
  latest.current = { view, onMissing }
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
    if (!isEverything) return latest.current.view.onFilters(everything)
    if (isLoadingCompleted) return
    settled.current = shown
    latest.current.onMissing()
  }, [containerRef, shown, data, filters, isLoadingCompleted])
}
