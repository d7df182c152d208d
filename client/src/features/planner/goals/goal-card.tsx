import type { Goal } from '@holdfast/shared'
import { ArrowDown, ArrowUp, CircleCheck, CircleSlash, Ellipsis, Pencil, Plus, RotateCcw, Target, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useText, type Text } from '../../../i18n/use-text.ts'
import { Menu } from '../../../ui/menu.tsx'
import type { MenuItem } from '../../../ui/menu-props.ts'
import { ByAssistant } from '../parts/by-assistant.tsx'
import { DueDate } from '../parts/due-date.tsx'
import { EditForm } from '../parts/edit-form.tsx'
import { MilestoneLine, type GoalViewProps } from './milestone-line.tsx'
import { ProgressBar } from '../../../ui/progress-bar.tsx'
import { goalToProgress, type GoalProgress } from '../store/progress.ts'

export interface GoalCardProps extends GoalViewProps {
  readonly goal: Goal
  readonly onMoveUp: (() => void) | null
  readonly onMoveDown: (() => void) | null
}

/** A goal with its progress and milestones. */
export function GoalCard({ goal, onMoveUp, onMoveDown, ...view }: GoalCardProps) {
  const { data, today, actions } = view
  const text = useText()
  const [form, setForm] = useState<'edit' | 'milestone' | null>(null)
  const progress = goalToProgress(data, goal)
  const milestones = data.milestones.filter(({ goalId }) => goalId === goal.id)
  const words = progressToWords(progress, text)
  const isOver = goal.status !== 'active'
  const setStatus = (status: Goal['status']) => actions.changeGoal(goal.id, { status })
  const statusItems: MenuItem[] = isOver
    ? [{ label: text('planner.goal.reopen'), icon: <RotateCcw size={14} />, onSelect: () => setStatus('active') }]
    : [
        { label: text('planner.goal.complete'), icon: <CircleCheck size={14} />, onSelect: () => setStatus('completed') },
        { label: text('planner.goal.abandon'), icon: <CircleSlash size={14} />, onSelect: () => setStatus('abandoned') },
      ]
  return (
    <li
      data-testid="goal"
      data-item-id={goal.id}
      data-status={goal.status}
      className={`group/goal rounded-md border border-line bg-raised px-3.5 pt-2.5 pb-2 ${view.fresh.has(goal.id) || view.shownId === goal.id ? 'fresh' : ''}`}
    >
      {form === 'edit' ? (
        <EditForm
          label={text('planner.edit', { title: goal.title })}
          values={{ title: goal.title, description: goal.description, category: null, date: goal.targetDate, parentId: null }}
          dateLabel={text('planner.target')}
          withDescription
          saveLabel={text('planner.save')}
          onCancel={() => setForm(null)}
          onSave={({ title, description, date }) => {
            setForm(null)
            actions.changeGoal(goal.id, {
              ...(title === goal.title ? {} : { title }),
              ...(description === goal.description ? {} : { description }),
              ...(date === goal.targetDate ? {} : { targetDate: date }),
            })
          }}
        />
      ) : (
        <>
          <div className="flex items-start gap-2">
            <Target size={15} aria-hidden className={`mt-1 shrink-0 ${isOver ? 'text-faint' : 'text-accent'}`} />
            <h3 className="min-w-0 flex-1">
              <button
                type="button"
                dir="auto"
                onClick={() => setForm('edit')}
                className={`max-w-full rounded-sm text-left text-[0.9375rem] leading-6 font-medium wrap-anywhere ${isOver ? 'text-soft' : ''}`}
              >
                {goal.title}
              </button>
            </h3>
            <Menu
              label={text('planner.actions', { title: goal.title })}
              icon={<Ellipsis size={15} aria-hidden />}
              className="-mr-1.5 grid size-6 shrink-0 place-items-center rounded-sm text-faint opacity-0 group-focus-within/goal:opacity-100 group-hover/goal:opacity-100 hover:bg-hover hover:text-ink data-popup-open:opacity-100 touch:-my-2.5 touch:size-11 touch:opacity-100"
              items={[
                { label: text('planner.edit.short'), icon: <Pencil size={14} />, onSelect: () => setForm('edit') },
                ...statusItems,
                ...(onMoveUp ? [{ label: text('planner.move.up'), icon: <ArrowUp size={14} />, onSelect: onMoveUp }] : []),
                ...(onMoveDown
                  ? [{ label: text('planner.move.down'), icon: <ArrowDown size={14} />, onSelect: onMoveDown }]
                  : []),
                {
                  label: text('planner.delete'),
                  icon: <Trash2 size={14} />,
                  tone: 'danger',
                  onSelect: () => actions.deleteGoal(goal, data),
                },
              ]}
            />
          </div>
          {goal.description !== null && (
            <p dir="auto" className="mt-0.5 line-clamp-3 text-[0.8125rem] wrap-anywhere whitespace-pre-wrap text-soft">
              {goal.description}
            </p>
          )}
          <div className="mt-2 mb-1.5">
            <ProgressBar label={text('planner.progress.label', { title: goal.title })} share={progress.share} words={words} />
          </div>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-xs text-faint tabular-nums">
            {isOver && (
              <span className="inline-flex items-center gap-1 font-medium text-soft">
                {goal.status === 'completed' ? (
                  <CircleCheck size={12} aria-hidden className="text-accent" />
                ) : (
                  <CircleSlash size={12} aria-hidden />
                )}
                {text(`planner.goal.${goal.status}`)}
              </span>
            )}
            <span>{words}</span>
            <DueDate day={goal.targetDate} isDone={isOver} today={today} />
            <ByAssistant item={goal} onFollow={view.onFollow} />
          </div>
        </>
      )}
      {milestones.length > 0 && (
        <div className="mt-1.5 -ml-1 border-t border-line/70 pt-1.5">
          <MilestoneLine milestones={milestones} {...view} />
        </div>
      )}
      {form === 'milestone' ? (
        <div className="mt-2">
          <EditForm
            label={text('planner.add-milestone')}
            values={{ title: '', description: null, category: null, date: null, parentId: goal.id }}
            dateLabel={text('planner.target')}
            saveLabel={text('planner.add')}
            onCancel={() => setForm(null)}
            onSave={({ title, date }) => {
              setForm(null)
              actions.createMilestone({ title, targetDate: date, goalId: goal.id })
            }}
          />
        </div>
      ) : (
        !isOver && (
          <button
            type="button"
            onClick={() => setForm('milestone')}
            className="mt-1 inline-flex h-7 items-center gap-2 rounded-sm text-[0.8125rem] text-faint hover:text-ink touch:h-11"
          >
            <Plus size={13} aria-hidden className="mx-[0.078rem]" />
            {text('planner.milestone')}
          </button>
        )
      )}
    </li>
  )
}

function progressToWords({ milestones, tasks }: GoalProgress, text: Text): string {
  if (milestones.total === 0) return text('planner.progress.none')
  const words = text('planner.progress.milestones', { ...milestones })
  return tasks.total === 0 ? words : `${words} · ${text('planner.tasks.done', { ...tasks })}`
}
