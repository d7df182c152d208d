import type { Milestone, Task } from '@holdfast/shared'
import { ArrowDown, ArrowUp, Ellipsis, Flag, GripVertical, Pencil, Tag, Trash2 } from 'lucide-react'
import { useState, type ComponentProps } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { Menu } from '../../../ui/menu.tsx'
import { ByAssistant } from '../parts/by-assistant.tsx'
import { isOverdue, type Day } from '../store/day.ts'
import { DoneCheckbox } from '../parts/done-checkbox.tsx'
import { DueDate } from '../parts/due-date.tsx'
import { EditForm } from '../parts/edit-form.tsx'
import type { TaskFields } from '../store/task-changes.ts'

export interface TaskRowProps {
  readonly task: Task
  readonly today: Day
  readonly milestones: readonly Milestone[]
  readonly categories: readonly string[]
  readonly isFresh: boolean
  readonly isShown: boolean
  readonly drop: 'before' | 'after' | 'dragged' | null
  readonly handleProps: ComponentProps<'button'>
  readonly onToggle: (task: Task, isDone: boolean) => void
  readonly onChange: (task: Task, fields: TaskFields) => void
  /** Null if the task cannot move in that direction. */
  readonly onMoveUp: (() => void) | null
  readonly onMoveDown: (() => void) | null
  readonly onDelete: (task: Task) => void
  readonly onFollow?: (() => void) | undefined
}

/** A row of the task list, with details below the title. */
export function TaskRow(props: TaskRowProps) {
  const { task, today, milestones, drop } = props
  const text = useText()
  const [isEditing, setEditing] = useState(false)
  const milestone = milestones.find(({ id }) => id === task.milestoneId)
  return (
    <li
      data-testid="task"
      data-item-id={task.id}
      data-completed={task.completed}
      className={`group/task relative -mx-2 px-2 ${props.isFresh || props.isShown ? 'fresh' : ''} ${drop === 'dragged' ? 'opacity-40' : ''} ${
        drop === 'before'
          ? 'before:absolute before:inset-x-0 before:-top-px before:h-0.5 before:bg-accent'
          : drop === 'after'
            ? 'after:absolute after:inset-x-0 after:-bottom-px after:h-0.5 after:bg-accent'
            : ''
      }`}
    >
      {isEditing ? (
        <div className="py-2">
          <EditForm
            label={text('planner.edit', { title: task.title })}
            values={{
              title: task.title,
              description: task.description,
              category: task.category,
              date: task.dueDate,
              parentId: task.milestoneId,
            }}
            dateLabel={text('planner.due')}
            withDescription
            categories={props.categories}
            parents={{
              label: text('planner.milestone'),
              none: text('planner.milestone.none'),
              options: milestones.filter(({ id, completed }) => !completed || id === task.milestoneId),
            }}
            saveLabel={text('planner.save')}
            onCancel={() => setEditing(false)}
            onSave={({ title, description, category, date, parentId }) => {
              setEditing(false)
              props.onChange(task, { title, description, category, dueDate: date, milestoneId: parentId })
            }}
          />
        </div>
      ) : (
        <div className="flex items-start gap-2 py-1.5 touch:py-0.5">
          <button
            {...props.handleProps}
            type="button"
            aria-label={text('planner.move', { title: task.title })}
            title={text('planner.move.hint')}
            data-part="move-handle"
            data-testid="move-handle"
            className="-mr-2 -ml-6 grid size-6 shrink-0 cursor-grab touch-none place-items-center rounded-sm text-faint opacity-0 group-hover/task:opacity-100 focus-visible:opacity-100 active:cursor-grabbing touch:hidden"
          >
            <GripVertical size={13} aria-hidden />
          </button>
          {/* For fingers it is larger than what is seen of it: that stands where the line between two tasks begins. */}
          <span className="touch:-ml-3">
            <DoneCheckbox
              label={text('planner.complete', { title: task.title })}
              isDone={task.completed}
              tone={isOverdue(task.dueDate, task.completed, today) ? 'danger' : 'plain'}
              onChange={(isDone) => props.onToggle(task, isDone)}
            />
          </span>
          <div className="min-w-0 flex-1 touch:py-2.5">
            <button
              type="button"
              dir="auto"
              onClick={() => setEditing(true)}
              className={`block max-w-full rounded-sm text-left text-[0.9375rem] leading-6 wrap-anywhere ${task.completed ? 'text-faint line-through decoration-line-strong' : ''}`}
              data-testid="task-title"
            >
              {task.title}
            </button>
            {task.description !== null && (
              <p dir="auto" className="line-clamp-2 text-[0.8125rem] wrap-anywhere whitespace-pre-wrap text-soft">
                {task.description}
              </p>
            )}
            <div className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-xs text-faint empty:hidden">
              <DueDate day={task.dueDate} isDone={task.completed} today={today} />
              {milestone && (
                <span className="inline-flex max-w-48 min-w-0 items-center gap-1">
                  <Flag size={11} aria-hidden className="shrink-0" />
                  <span className="sr-only">{text('planner.milestone')}: </span>
                  <span className="truncate">{milestone.title}</span>
                </span>
              )}
              {task.category !== null && (
                <span className="inline-flex max-w-40 min-w-0 items-center gap-1">
                  <Tag size={11} aria-hidden className="shrink-0" />
                  <span className="sr-only">{text('planner.category')}: </span>
                  <span className="truncate">{task.category}</span>
                </span>
              )}
              <ByAssistant item={task} onFollow={props.onFollow} />
            </div>
          </div>
          <Menu
            label={text('planner.actions', { title: task.title })}
            icon={<Ellipsis size={15} aria-hidden />}
            className="grid size-6 shrink-0 place-items-center rounded-sm text-faint opacity-0 group-focus-within/task:opacity-100 group-hover/task:opacity-100 hover:bg-hover hover:text-ink data-popup-open:opacity-100 touch:size-11 touch:opacity-100"
            items={[
              { label: text('planner.edit.short'), icon: <Pencil size={14} />, onSelect: () => setEditing(true) },
              ...(props.onMoveUp
                ? [{ label: text('planner.move.up'), icon: <ArrowUp size={14} />, onSelect: props.onMoveUp }]
                : []),
              ...(props.onMoveDown
                ? [{ label: text('planner.move.down'), icon: <ArrowDown size={14} />, onSelect: props.onMoveDown }]
                : []),
              { label: text('planner.delete'), icon: <Trash2 size={14} />, tone: 'danger', onSelect: () => props.onDelete(task) },
            ]}
          />
        </div>
      )}
    </li>
  )
}
