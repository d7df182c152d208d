import '../../i18n/later-english.ts'
import { Maximize2, X } from 'lucide-react'
import { useRef, useState } from 'react'
import { Link } from 'wouter'
import { routes } from '../../lib/routes.ts'
import { useText } from '../../i18n/use-text.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { GoalList } from './goals/goal-list.tsx'
import { PlannerEmpty } from './parts/planner-empty.tsx'
import { PlannerFailed, PlannerLoading, PlannerWaiting } from './parts/planner-states.tsx'
import { noFilters, type TaskFilters } from './parts/task-filters.ts'
import { TaskList } from './tasks/task-list.tsx'
import { usePlannerScreen, type PlannerScreenProps } from './use-planner-screen.ts'

export interface PlannerPanelProps extends Omit<PlannerScreenProps, 'filters' | 'onFilters'> {
  readonly onClose: () => void
}

/** The planner beside a conversation, with goals above tasks. */
export function PlannerPanel({ onClose, ...props }: PlannerPanelProps) {
  const text = useText()
  const container = useRef<HTMLDivElement>(null)
  const [filters, setFilters] = useState<TaskFilters>(noFilters)
  const screen = usePlannerScreen({ ...props, filters, onFilters: setFilters }, container)
  const { data } = screen
  const shared = data && {
    ...screen,
    data,
    filters,
    onFilters: setFilters,
    shownId: props.shown?.id ?? null,
    onFollow: props.onFollow,
  }
  return (
    <div ref={container} className="flex h-full min-h-0 flex-col" data-testid="planner-panel">
      <div className="flex h-13 shrink-0 items-center gap-0.5 pr-2 pl-4">
        <h2 className="mr-auto text-sm font-semibold">{text('planner')}</h2>
        <Link
          href={routes.planner}
          aria-label={text('planner.open-page')}
          title={text('planner.open-page')}
          onClick={props.onFollow}
          className="grid size-9 place-items-center rounded-sm text-faint hover:bg-hover hover:text-ink touch:size-11"
        >
          <Maximize2 size={15} aria-hidden />
        </Link>
        <IconButton label={text('planner.close')} onClick={onClose} data-testid="close-planner">
          <X size={16} aria-hidden />
        </IconButton>
      </div>
      {screen.isFailed && <PlannerFailed onRetry={screen.refetch} />}
      {!data && !screen.isFailed && <PlannerLoading />}
      {shared && (
        <>
          {(shared.data.goals.length > 0 || shared.data.milestones.length > 0) && <Goals {...shared} />}
          <div className="min-h-0 flex-1 overflow-y-auto px-4 pt-3 pb-6 [scrollbar-width:thin]">
            {screen.isEmpty && (
              <div className="mb-4">
                <PlannerEmpty onAsk={props.onAsk} />
              </div>
            )}
            <TaskList {...shared} />
            <PlannerWaiting count={screen.waiting} />
          </div>
        </>
      )}
    </div>
  )
}

/** Limited in height to leave room for the tasks, and collapsible. */
function Goals(props: Parameters<typeof GoalList>[0]) {
  const [isOpen, setOpen] = useState(true)
  return (
    <div
      className={`shrink-0 overflow-y-auto border-b border-line px-4 [scrollbar-width:thin] ${isOpen ? 'max-h-[46%] pb-4' : 'pb-1'}`}
    >
      <GoalList {...props} collapse={{ isOpen, onToggle: () => setOpen(!isOpen) }} />
    </div>
  )
}
