import { isBlank, maxPlannerTitleLength, type Milestone } from '@holdfast/shared'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { isComposing } from '../../../lib/is-composing.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { Select } from '../../../ui/select.tsx'
import type { TaskFields } from '../store/task-changes.ts'
import type { TaskFilters } from '../parts/task-filters.ts'

export interface AddTaskProps {
  readonly milestones: readonly Milestone[]
  /** Presets for the new task's milestone and category. */
  readonly filters: TaskFilters
  readonly onAdd: (fields: TaskFields) => void
}

/** A field for a new task. Only the title is required; Enter adds it and clears the field. */
export function AddTask({ milestones, filters, onAdd }: AddTaskProps) {
  const text = useText()
  const [title, setTitle] = useState('')
  const [dueDate, setDueDate] = useState<string | null>(null)
  const [chosenMilestone, setMilestone] = useState<string | null>(null)
  const milestoneId = chosenMilestone ?? (typeof filters.milestone === 'object' ? (filters.milestone?.id ?? null) : null)
  const offered = milestones.filter(({ id, completed }) => !completed || id === milestoneId)
  const category = typeof filters.category === 'object' ? (filters.category?.name ?? null) : null
  const isOpen = title !== ''
  const add = () => {
    if (isBlank(title)) return
    onAdd({ title: title.trim(), description: null, category, dueDate, milestoneId: milestoneId || null })
    setTitle('')
    setDueDate(null)
    setMilestone(null)
  }
  return (
    <form
      className="rounded-md border border-line-strong/70 bg-raised focus-within:border-accent/60 focus-within:ring-3 focus-within:ring-accent/12"
      data-testid="add-task"
      onSubmit={(event) => {
        event.preventDefault()
        add()
      }}
    >
      <div className="flex items-center gap-2 pl-3">
        <Plus size={15} aria-hidden className="shrink-0 text-faint" />
        <input
          aria-label={text('planner.add-task')}
          placeholder={text('planner.add-task')}
          className="h-10 w-full min-w-0 bg-transparent pr-3 text-base outline-none placeholder:text-faint touch:h-11"
          value={title}
          maxLength={maxPlannerTitleLength}
          dir="auto"
          enterKeyHint="done"
          onChange={(event) => setTitle(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || title === '' || isComposing(event.nativeEvent)) return
            event.preventDefault()
            event.stopPropagation()
            setTitle('')
          }}
        />
      </div>
      {isOpen && (
        <div className="flex flex-wrap items-center gap-1.5 px-2 pb-2">
          <input
            type="date"
            aria-label={text('planner.due')}
            max="9999-12-31"
            className="h-7 min-w-0 rounded-sm border border-line bg-paper px-2 text-[0.8125rem] text-soft touch:h-11"
            value={dueDate ?? ''}
            onChange={(event) => setDueDate(event.target.value || null)}
          />
          {offered.length > 0 && (
            <Select
              label={text('planner.milestone')}
              className="max-w-40"
              value={milestoneId ?? ''}
              onValue={setMilestone}
              isMarked={!!milestoneId}
            >
              <option value="">{text('planner.milestone.none')}</option>
              {offered.map((milestone) => (
                <option key={milestone.id} value={milestone.id}>
                  {milestone.title}
                </option>
              ))}
            </Select>
          )}
          <Button type="submit" size="small" tone="accent" className="ml-auto" disabled={isBlank(title)}>
            {text('planner.add')}
          </Button>
        </div>
      )}
    </form>
  )
}
