import '../../i18n/later-english.ts'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import { useText } from '../../i18n/use-text.ts'
import { GoalList } from './goals/goal-list.tsx'
import { PlannerEmpty } from './parts/planner-empty.tsx'
import { PlannerFailed, PlannerLoading, PlannerWaiting } from './parts/planner-states.tsx'
import { isOverdue } from './store/day.ts'
import { filtersToSearch, searchToFilters, type TaskFilters } from './parts/task-filters.ts'
import { TaskList } from './tasks/task-list.tsx'
import { usePlannerScreen, type PlannerScreenProps } from './use-planner-screen.ts'
import type { ShownItem } from './parts/use-shown-item.ts'

/** The planner page: tasks, goals and milestones. */
export function PlannerPage({ onAsk }: Pick<PlannerScreenProps, 'onAsk'>) {
  const text = useText()
  const container = useRef<HTMLDivElement>(null)
  const { filters, onFilters, shown } = useAddress()
  const screen = usePlannerScreen({ filters, onFilters, shown, onAsk }, container)
  const { data, today } = screen
  if (screen.isFailed) return <PlannerFailed onRetry={screen.refetch} />
  if (!data) return <PlannerLoading />
  const overdue = data.tasks.filter((task) => isOverdue(task.dueDate, task.completed, today)).length
  const shared = { ...screen, data, filters, onFilters, shownId: shown?.id ?? null }
  return (
    <div ref={container} className="h-full overflow-y-auto" data-testid="planner-page">
      <div className="mx-auto max-w-6xl px-4 pt-4 pb-16 sm:px-8 sm:pt-6">
        <h1 className="text-xl font-semibold tracking-tight">{text('planner')}</h1>
        {!screen.isEmpty && (
          <p className="mt-1 text-sm text-soft tabular-nums" data-testid="planner-summary">
            {text('planner.summary', { open: data.stats.pending, overdue, completed: data.stats.completed })}
          </p>
        )}
        {screen.isEmpty && (
          // As wide as the column of tasks below it.
          <div className="mt-5 lg:w-[calc((100%-2.5rem)*5/9)]">
            <PlannerEmpty onAsk={onAsk} />
          </div>
        )}
        <div className="mt-6 grid gap-8 lg:grid-cols-[minmax(0,5fr)_minmax(0,4fr)] lg:gap-10">
          <TaskList {...shared} />
          <GoalList {...shared} />
        </div>
        <PlannerWaiting count={screen.waiting} />
      </div>
    </div>
  )
}

/** Keeps the filters in the address, so that it can be bookmarked and reloaded; `item` is the id of an item to scroll to. */
function useAddress() {
  const [path, navigate] = useLocation()
  const search = useSearch()
  const filters = useMemo(() => searchToFilters(search), [search])
  const [shown, setShown] = useState<ShownItem | null>(null)
  const onFilters = (next: TaskFilters) => {
    const wanted = filtersToSearch(next)
    navigate(wanted === '' ? path : `${path}?${wanted}`, { replace: true })
  }
  const item = new URLSearchParams(search).get('item')
  useEffect(() => {
    if (item === null) return
    setShown({ id: item })
    onFilters(filters)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once for each item that the address names
  }, [item])
  return { filters, onFilters, shown }
}
