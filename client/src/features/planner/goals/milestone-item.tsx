import type { Goal, Milestone } from '@holdfast/shared'
import { Ellipsis, ListChecks, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { Menu } from '../../../ui/menu.tsx'
import { ByAssistant } from '../parts/by-assistant.tsx'
import { isOverdue, type Day } from '../store/day.ts'
import { DoneCheckbox } from '../parts/done-checkbox.tsx'
import { DueDate } from '../parts/due-date.tsx'
import { EditForm } from '../parts/edit-form.tsx'
import type { Progress } from '../store/progress.ts'
import type { PlannerActions } from '../store/use-planner-actions.ts'

export interface MilestoneItemProps {
  readonly milestone: Milestone
  readonly goals: readonly Goal[]
  readonly tasks: Progress
  readonly today: Day
  readonly isFresh: boolean
  readonly isShown: boolean
  /** The task list is filtered by this milestone. */
  readonly isChosen: boolean
  readonly actions: PlannerActions
  readonly onChoose: (isChosen: boolean) => void
  readonly onDelete: () => void
  readonly onFollow?: (() => void) | undefined
}

/** A milestone on a goal's timeline. */
export function MilestoneItem(props: MilestoneItemProps) {
  const { milestone, tasks, today, actions } = props
  const text = useText()
  const [isEditing, setEditing] = useState(false)
  const isLate = isOverdue(milestone.targetDate, milestone.completed, today)
  return (
    <li
      data-testid="milestone"
      data-item-id={milestone.id}
      data-completed={milestone.completed}
      className={`group/milestone relative rounded-sm before:absolute before:top-0 before:bottom-0 before:left-[0.719rem] before:w-px before:bg-line first:before:top-3 last:before:bottom-auto last:before:h-3 touch:before:left-[1.344rem] ${props.isFresh || props.isShown ? 'fresh' : ''}`}
    >
      {isEditing ? (
        <div className="relative py-1.5">
          <EditForm
            label={text('planner.edit', { title: milestone.title })}
            values={{
              title: milestone.title,
              description: null,
              category: null,
              date: milestone.targetDate,
              parentId: milestone.goalId,
            }}
            dateLabel={text('planner.target')}
            parents={{
              label: text('planner.goal'),
              none: text('planner.goal.none'),
              options: props.goals.filter(({ id, status }) => status === 'active' || id === milestone.goalId),
            }}
            saveLabel={text('planner.save')}
            onCancel={() => setEditing(false)}
            onSave={({ title, date, parentId }) => {
              setEditing(false)
              actions.changeMilestone(milestone.id, {
                ...(title === milestone.title ? {} : { title }),
                ...(date === milestone.targetDate ? {} : { targetDate: date }),
                ...(parentId === milestone.goalId ? {} : { goalId: parentId }),
              })
            }}
          />
        </div>
      ) : (
        <div className="flex items-start gap-2 py-1 touch:py-0">
          <span className="relative">
            <DoneCheckbox
              label={text('planner.complete', { title: milestone.title })}
              isDone={milestone.completed}
              shape="diamond"
              tone={isLate ? 'danger' : 'plain'}
              onChange={(completed) => actions.changeMilestone(milestone.id, { completed })}
            />
          </span>
          <div className="min-w-0 flex-1 touch:py-2.5">
            <button
              type="button"
              dir="auto"
              onClick={() => setEditing(true)}
              className={`block max-w-full rounded-sm text-left text-sm leading-6 wrap-anywhere ${milestone.completed ? 'text-faint line-through decoration-line-strong' : ''}`}
            >
              {milestone.title}
            </button>
            <div className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-xs text-faint empty:hidden">
              <DueDate day={milestone.targetDate} isDone={milestone.completed} today={today} />
              {tasks.total > 0 && (
                <button
                  type="button"
                  aria-pressed={props.isChosen}
                  onClick={() => props.onChoose(!props.isChosen)}
                  title={text('planner.milestone.choose')}
                  className={`-my-1 inline-flex min-h-6 items-center gap-1 rounded-sm tabular-nums underline-offset-2 hover:text-ink hover:underline touch:-my-1.5 touch:min-h-7 ${props.isChosen ? 'font-medium text-accent-strong' : ''}`}
                >
                  <ListChecks size={12} aria-hidden />
                  {text('planner.tasks.done', { completed: tasks.completed, total: tasks.total })}
                </button>
              )}
              <ByAssistant item={milestone} onFollow={props.onFollow} />
            </div>
          </div>
          <Menu
            label={text('planner.actions', { title: milestone.title })}
            icon={<Ellipsis size={15} aria-hidden />}
            className="grid size-6 shrink-0 place-items-center rounded-sm text-faint opacity-0 group-focus-within/milestone:opacity-100 group-hover/milestone:opacity-100 hover:bg-hover hover:text-ink data-popup-open:opacity-100 touch:size-11 touch:opacity-100"
            items={[
              { label: text('planner.edit.short'), icon: <Pencil size={14} />, onSelect: () => setEditing(true) },
              { label: text('planner.delete'), icon: <Trash2 size={14} />, tone: 'danger', onSelect: props.onDelete },
            ]}
          />
        </div>
      )}
    </li>
  )
}
