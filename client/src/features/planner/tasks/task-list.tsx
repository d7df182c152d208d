import { comparePlaces, type Id, type Task } from '@holdfast/shared'
import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { useAnnouncer } from '../../../ui/announcer.tsx'
import { Button } from '../../../ui/button.tsx'
import { Skeleton } from '../../../ui/skeleton.tsx'
import { AddTask } from './add-task.tsx'
import { isOverdue, type Day } from '../store/day.ts'
import type { PlannerData } from '../store/planner-data.ts'
import type { TaskFields } from '../store/task-changes.ts'
import { TaskFilterBar } from './task-filter-bar.tsx'
import { matchesFilters, needsCompleted, noFilters, type TaskFilters } from '../parts/task-filters.ts'
import { TaskRow } from './task-row.tsx'
import { toPlace, useDragOrder } from './use-drag-order.ts'
import { useLingeringTasks } from './use-lingering-tasks.ts'
import type { PlannerActions } from '../store/use-planner-actions.ts'

export interface TaskListProps {
  readonly data: PlannerData
  readonly isLoadingCompleted: boolean
  readonly today: Day
  readonly filters: TaskFilters
  readonly onFilters: (filters: TaskFilters) => void
  readonly actions: PlannerActions
  readonly fresh: ReadonlySet<Id>
  readonly shownId: Id | null
  readonly onFollow?: (() => void) | undefined
}

/** Number of rows rendered at first, and added by "show more". */
const pageSize = 100

export function TaskList(props: TaskListProps) {
  const { data, today, filters, onFilters, actions, onFollow } = props
  const text = useText()
  const { say } = useAnnouncer()
  const [shownCount, setShownCount] = useState(pageSize)
  const section = useRef<HTMLElement>(null)
  const lingering = useLingeringTasks((taskId) => isHeld(section.current, taskId))
  const all = useMemo(() => {
    const matching = data.tasks.filter((task) => matchesFilters(task, filters, today))
    const kept = needsCompleted(filters) ? [] : lingering.tasks.filter(({ id }) => !matching.some((task) => task.id === id))
    return kept.length === 0 ? matching : [...matching, ...kept].sort(comparePlaces)
  }, [data.tasks, filters, today, lingering.tasks])
  const tasks = all.slice(0, shownCount)
  const ids = tasks.map(({ id }) => id)
  const categories = useMemo(
    () => data.stats.byCategory.flatMap(({ category }) => category ?? []).sort((a, b) => a.localeCompare(b)),
    [data.stats],
  )
  const overdue = data.tasks.filter((task) => isOverdue(task.dueDate, task.completed, today)).length
  const hasTasks = data.stats.total > 0
  const hasOthers = data.goals.length > 0 || data.milestones.length > 0
  const refocus = useRefocus(section, ids)

  const move = (id: Id, afterId: Id | null) => {
    refocus.handle(id)
    actions.moveTask(id, afterId)
    const others = ids.filter((other) => other !== id)
    say(text('planner.moved', { place: afterId === null ? 1 : others.indexOf(afterId) + 2, count: ids.length }))
  }
  const { drag, listRef, handleProps } = useDragOrder(ids, move)

  const { keep, drop } = lingering
  const onToggle = (task: Task, isDone: boolean) => {
    if (isDone) keep(task)
    else drop(task.id)
    actions.changeTask(task.id, { completed: isDone })
    say(text(isDone ? 'planner.completed' : 'planner.reopened', { title: task.title }))
  }
  const onChange = (task: Task, fields: TaskFields) => {
    const changes = toChanges(task, fields)
    if (Object.keys(changes).length > 0) actions.changeTask(task.id, changes)
  }
  const onDelete = (task: Task) => {
    refocus.neighbour(task.id)
    drop(task.id)
    actions.deleteTask(task)
  }
  const moveBy = (index: number, step: number) => {
    const id = ids[index]
    const place = id === undefined ? undefined : toPlace(ids, id, step < 0 ? index - 1 : index + 2)
    return id === undefined || place === undefined || index + step < 0 || index + step >= ids.length
      ? null
      : () => move(id, place)
  }

  return (
    <section ref={section} aria-label={text('planner.tasks')} className="@container min-w-0 space-y-3" data-testid="tasks">
      <AddTask milestones={data.milestones} filters={filters} onAdd={actions.addTask} />
      {hasTasks && (
        <TaskFilterBar
          filters={filters}
          onFilters={onFilters}
          counts={{ open: data.stats.pending, overdue, completed: data.stats.completed, all: data.stats.total }}
          categories={categories}
          milestones={data.milestones}
        />
      )}
      {tasks.length > 0 && (
        <ul ref={listRef} className="divide-y divide-line/70 px-2" aria-label={text('planner.tasks')} data-testid="task-list">
          {tasks.map((task, index) => (
            <TaskRow
              key={task.id}
              task={task}
              today={today}
              milestones={data.milestones}
              categories={categories}
              isFresh={props.fresh.has(task.id)}
              isShown={props.shownId === task.id}
              drop={
                drag === null
                  ? null
                  : drag.id === task.id
                    ? 'dragged'
                    : drag.index === index
                      ? 'before'
                      : drag.index === ids.length && index === ids.length - 1
                        ? 'after'
                        : null
              }
              handleProps={handleProps(task.id)}
              onToggle={onToggle}
              onChange={onChange}
              onMoveUp={moveBy(index, -1)}
              onMoveDown={moveBy(index, 1)}
              onDelete={onDelete}
              onFollow={onFollow}
            />
          ))}
        </ul>
      )}
      {all.length > tasks.length && (
        <Button tone="quiet" size="small" onClick={() => setShownCount(shownCount + pageSize)}>
          {text('planner.more', { count: all.length - tasks.length })}
        </Button>
      )}
      {props.isLoadingCompleted && <Skeleton className="mt-3 w-1/2" />}
      {tasks.length === 0 && !props.isLoadingCompleted && (hasTasks || hasOthers) && (
        <NoTasks data={data} filters={filters} onFilters={onFilters} />
      )}
    </section>
  )
}

function NoTasks({
  data,
  filters,
  onFilters,
}: {
  readonly data: PlannerData
  readonly filters: TaskFilters
  readonly onFilters: (filters: TaskFilters) => void
}) {
  const text = useText()
  const isNarrowed = filters.category !== null || filters.milestone !== null
  const id = isNarrowed
    ? 'planner.none.matching'
    : filters.status === 'overdue'
      ? 'planner.none.overdue'
      : filters.status === 'completed'
        ? 'planner.none.completed'
        : data.stats.total > 0
          ? 'planner.none.open'
          : 'planner.none'
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-2 py-3 text-sm text-faint" data-testid="no-tasks">
      <p>{text(id)}</p>
      {isNarrowed && (
        <Button size="small" onClick={() => onFilters({ ...noFilters, status: filters.status })}>
          {text('planner.filter.clear')}
        </Button>
      )}
    </div>
  )
}

/** Restores the focus that moving or deleting a row would lose: to the moved row's handle, or to the next row. */
function useRefocus(section: { readonly current: HTMLElement | null }, ids: readonly Id[]) {
  const wanted = useRef<{ readonly id: Id; readonly part: 'handle' | 'box' } | null>(null)
  const order = ids.join(' ')
  useLayoutEffect(() => {
    const target = wanted.current
    if (!target) return
    wanted.current = null
    const row = section.current?.querySelector(`[data-item-id="${CSS.escape(target.id)}"]`)
    row?.querySelector<HTMLElement>(target.part === 'handle' ? '[data-part=move-handle]' : 'input[type=checkbox]')?.focus()
  }, [section, order])
  return {
    handle: (id: Id) => {
      if (section.current?.contains(document.activeElement)) wanted.current = { id, part: 'handle' }
    },
    neighbour: (id: Id) => {
      const index = ids.indexOf(id)
      const next = ids[index + 1] ?? ids[index - 1]
      if (next !== undefined) wanted.current = { id: next, part: 'box' }
    },
  }
}

function isHeld(section: HTMLElement | null, taskId: Id): boolean {
  const row = section?.querySelector(`[data-item-id="${CSS.escape(taskId)}"]`)
  return row !== null && row !== undefined && (row.matches(':hover') || row.matches(':focus-within'))
}

/** Only the changed fields, so that two devices that edit different fields do not undo each other. */
function toChanges(task: Task, fields: TaskFields): Partial<TaskFields> {
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => task[name as keyof TaskFields] !== value))
}
