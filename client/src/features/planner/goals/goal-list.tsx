import { ChevronRight, Plus } from 'lucide-react'
import { useState } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { EditForm, type EditValues } from '../parts/edit-form.tsx'
import { GoalCard } from './goal-card.tsx'
import { MilestoneLine, type GoalViewProps } from './milestone-line.tsx'
import { toPlace } from '../tasks/use-drag-order.ts'

const emptyValues: EditValues = { title: '', description: null, category: null, date: null, parentId: null }

export interface GoalListProps extends GoalViewProps {
  /** The list can be collapsed, for small spaces. */
  readonly collapse?: { readonly isOpen: boolean; readonly onToggle: () => void } | null
}

/** Goals with their milestones, then milestones without a goal. Finished goals are collapsed. */
export function GoalList({ collapse = null, ...view }: GoalListProps) {
  const { data, actions } = view
  const text = useText()
  const [form, setForm] = useState<'goal' | 'milestone' | null>(null)
  const [isOverShown, setOverShown] = useState(false)
  const isOpen = collapse?.isOpen ?? true
  const active = data.goals.filter(({ status }) => status === 'active')
  const over = data.goals.filter(({ status }) => status !== 'active')
  const isShownOver = isOverShown || over.some(({ id }) => id === view.shownId)
  const known = new Set(data.goals.map(({ id }) => id))
  const alone = data.milestones.filter(({ goalId }) => goalId === null || !known.has(goalId))
  const ids = data.goals.map(({ id }) => id)
  const moveBy = (id: string, step: number) => {
    // A goal moves among the goals of the same list.
    const group = active.some((goal) => goal.id === id) ? active : over
    const neighbour = group[group.findIndex((goal) => goal.id === id) + step]
    if (!neighbour) return null
    const index = ids.indexOf(neighbour.id)
    const place = toPlace(ids, id, step < 0 ? index : index + 1)
    return place === undefined ? null : () => actions.moveGoal(id, place)
  }
  const startForm = (next: 'goal' | 'milestone') => {
    if (!isOpen) collapse?.onToggle()
    setForm(next)
  }
  const cards = (goals: typeof active) =>
    goals.map((goal) => (
      <GoalCard key={goal.id} goal={goal} onMoveUp={moveBy(goal.id, -1)} onMoveDown={moveBy(goal.id, 1)} {...view} />
    ))

  return (
    <section aria-label={text('planner.goals')} className="@container min-w-0 space-y-2.5" data-testid="goals">
      <div className="flex min-h-8 flex-wrap items-center touch:min-h-11">
        <h2 className="mr-auto text-sm font-semibold whitespace-nowrap">
          {collapse ? (
            <button
              type="button"
              aria-expanded={collapse.isOpen}
              onClick={collapse.onToggle}
              className="-ml-1 flex h-8 items-center gap-1 rounded-sm pr-1.5 text-left touch:h-11"
            >
              <ChevronRight
                size={14}
                aria-hidden
                className={`text-faint transition-transform duration-150 ${collapse.isOpen ? 'rotate-90' : ''}`}
              />
              {text('planner.goals')}
            </button>
          ) : (
            text('planner.goals')
          )}
        </h2>
        <Button size="narrow" tone="quiet" onClick={() => startForm('goal')} data-testid="add-goal">
          <Plus size={13} aria-hidden />
          {text('planner.goal')}
        </Button>
        <Button size="narrow" tone="quiet" onClick={() => startForm('milestone')} data-testid="add-milestone">
          <Plus size={13} aria-hidden />
          {text('planner.milestone')}
        </Button>
      </div>
      {isOpen && (
        <>
          {form !== null && (
            <EditForm
              key={form}
              label={text(form === 'goal' ? 'planner.add-goal' : 'planner.add-milestone')}
              values={emptyValues}
              dateLabel={text('planner.target')}
              withDescription={form === 'goal'}
              {...(form === 'milestone'
                ? { parents: { label: text('planner.goal'), none: text('planner.goal.none'), options: active } }
                : {})}
              saveLabel={text('planner.add')}
              onCancel={() => setForm(null)}
              onSave={({ title, description, date, parentId }) => {
                setForm(null)
                if (form === 'goal') actions.createGoal({ title, description, targetDate: date })
                else actions.createMilestone({ title, targetDate: date, goalId: parentId })
              }}
            />
          )}
          {active.length > 0 && <ul className="space-y-2.5">{cards(active)}</ul>}
          {alone.length > 0 && (
            <div className="rounded-md border border-line bg-raised px-2.5 py-1.5">
              {data.goals.length > 0 && (
                <h3 className="px-1 pt-0.5 pb-1 text-xs font-medium text-faint">{text('planner.milestones.no-goal')}</h3>
              )}
              <MilestoneLine milestones={alone} {...view} />
            </div>
          )}
          {data.goals.length === 0 && alone.length === 0 && form === null && (
            <p className="text-sm text-faint">{text('planner.goals.none')}</p>
          )}
          {over.length > 0 && (
            <>
              <button
                type="button"
                aria-expanded={isShownOver}
                onClick={() => setOverShown(!isShownOver)}
                className="inline-flex h-8 items-center gap-1 rounded-sm text-[0.8125rem] text-faint hover:text-ink touch:h-11"
              >
                <ChevronRight
                  size={14}
                  aria-hidden
                  className={`transition-transform duration-150 ${isShownOver ? 'rotate-90' : ''}`}
                />
                {text('planner.goals.finished', { count: over.length })}
              </button>
              {isShownOver && <ul className="space-y-2.5">{cards(over)}</ul>}
            </>
          )}
        </>
      )}
    </section>
  )
}
