import type { Goal, Id, Milestone } from '@holdfast/shared'
import { useText } from '../../../i18n/use-text.ts'
import { type Day } from '../store/day.ts'
import { MilestoneItem } from './milestone-item.tsx'
import type { PlannerData } from '../store/planner-data.ts'
import { milestoneToProgress } from '../store/progress.ts'
import type { TaskFilters } from '../parts/task-filters.ts'
import { toTimeLine } from './time-line.ts'
import type { PlannerActions } from '../store/use-planner-actions.ts'

/** Props that the views of goals and milestones share. */
export interface GoalViewProps {
  readonly data: PlannerData
  readonly today: Day
  readonly filters: TaskFilters
  readonly onFilters: (filters: TaskFilters) => void
  readonly actions: PlannerActions
  readonly fresh: ReadonlySet<Id>
  readonly shownId: Id | null
  readonly onFollow?: (() => void) | undefined
}

/** Milestones in the order of their days, with a marker for today between past and future ones. */
export function MilestoneLine({ milestones, ...props }: GoalViewProps & { readonly milestones: readonly Milestone[] }) {
  const { data, today, filters, actions } = props
  const text = useText()
  const goals: readonly Goal[] = data.goals
  const chosenId = typeof filters.milestone === 'object' ? filters.milestone?.id : undefined
  return (
    <ul data-testid="milestones">
      {toTimeLine(milestones, today).map((entry) =>
        entry === 'today' ? (
          <li
            key="today"
            className="relative flex h-6 items-center pl-8 text-xs text-accent-strong before:absolute before:inset-y-0 before:left-[0.719rem] before:w-px before:bg-line touch:pl-13 touch:before:left-[1.344rem]"
          >
            <span aria-hidden className="absolute left-[0.469rem] h-0.5 w-2.5 rounded-full bg-accent touch:left-[1.094rem]" />
            {text('planner.today')}
          </li>
        ) : (
          <MilestoneItem
            key={entry.id}
            milestone={entry}
            goals={goals}
            tasks={milestoneToProgress(data, entry)}
            today={today}
            isFresh={props.fresh.has(entry.id)}
            isShown={props.shownId === entry.id}
            isChosen={chosenId === entry.id}
            actions={actions}
            onChoose={(isChosen) => props.onFilters({ ...filters, milestone: isChosen ? { id: entry.id } : null })}
            onDelete={() => actions.deleteMilestone(entry, data)}
            onFollow={props.onFollow}
          />
        ),
      )}
    </ul>
  )
}
