import type { Milestone } from '@holdfast/shared'
import { X } from 'lucide-react'
import { useText } from '../../../i18n/use-text.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { Select } from '../../../ui/select.tsx'
import { taskStatuses, type TaskFilters } from '../parts/task-filters.ts'

export interface TaskFilterBarProps {
  readonly filters: TaskFilters
  readonly onFilters: (filters: TaskFilters) => void
  readonly counts: { readonly open: number; readonly overdue: number; readonly completed: number; readonly all: number }
  readonly categories: readonly string[]
  readonly milestones: readonly Milestone[]
}

/** The filters of the task list. */
export function TaskFilterBar({ filters, onFilters, counts, categories, milestones }: TaskFilterBarProps) {
  const text = useText()
  const { status, category, milestone } = filters
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2" role="group" aria-label={text('planner.filters')}>
      <div className="flex rounded-sm bg-hover p-0.5" role="group" aria-label={text('planner.filter.status')}>
        {taskStatuses.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={name === status}
            onClick={() => onFilters({ ...filters, status: name })}
            className={`h-6 rounded-[5px] px-2 text-[0.8125rem] whitespace-nowrap tabular-nums transition-colors duration-150 touch:h-10 touch:px-2.5 ${name === status ? 'bg-raised font-medium text-ink shadow-[0_1px_2px_oklch(0.25_0.02_200/0.12)] dark:bg-line-strong' : 'text-soft hover:text-ink'}`}
          >
            {text(`planner.filter.${name}`)}
            {(name === 'open' || name === 'overdue') && counts[name] > 0 && (
              <span className={`ml-1.5 text-xs ${name === 'overdue' ? 'font-medium text-danger-ink' : 'text-faint'}`}>
                {counts[name]}
              </span>
            )}
          </button>
        ))}
      </div>
      <div className="flex min-w-0 flex-wrap items-center gap-1.5">
        {categories.length > 0 && (
          <Select
            label={text('planner.filter.category')}
            className="max-w-40"
            isMarked={category !== null}
            value={category === null ? 'any' : category === 'none' ? 'none' : `is:${category.name}`}
            onValue={(value) =>
              onFilters({ ...filters, category: value === 'any' ? null : value === 'none' ? 'none' : { name: value.slice(3) } })
            }
          >
            <option value="any">{text('planner.filter.category.any')}</option>
            {categories.map((name) => (
              <option key={name} value={`is:${name}`}>
                {name}
              </option>
            ))}
            <option value="none">{text('planner.category.none')}</option>
          </Select>
        )}
        {milestones.length > 0 && (
          <Select
            label={text('planner.filter.milestone')}
            className="max-w-44"
            isMarked={milestone !== null}
            value={milestone === null ? 'any' : milestone === 'none' ? 'none' : milestone.id}
            onValue={(value) =>
              onFilters({ ...filters, milestone: value === 'any' ? null : value === 'none' ? 'none' : { id: value } })
            }
          >
            <option value="any">{text('planner.filter.milestone.any')}</option>
            {milestones.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
            <option value="none">{text('planner.milestone.none')}</option>
          </Select>
        )}
        {(category !== null || milestone !== null) && (
          <IconButton
            label={text('planner.filter.clear')}
            size="small"
            onClick={() => onFilters({ ...filters, category: null, milestone: null })}
          >
            <X size={14} aria-hidden />
          </IconButton>
        )}
      </div>
    </div>
  )
}
