import { Check } from 'lucide-react'

export interface DoneCheckboxProps {
  readonly label: string
  readonly isDone: boolean
  readonly onChange: (isDone: boolean) => void
  /** A circle for tasks, a diamond for milestones. */
  readonly shape?: 'round' | 'diamond'
  readonly tone?: 'plain' | 'danger'
}

export function DoneCheckbox({ label, isDone, onChange, shape = 'round', tone = 'plain' }: DoneCheckboxProps) {
  const border = tone === 'danger' ? 'border-danger' : 'border-faint/75 group-hover/box:border-accent'
  return (
    <label className="group/box relative grid size-6 shrink-0 cursor-pointer place-items-center touch:size-11">
      <input
        type="checkbox"
        aria-label={label}
        checked={isDone}
        onChange={(event) => onChange(event.target.checked)}
        className={`peer cursor-pointer appearance-none border-[1.5px] bg-paper transition-colors duration-150 checked:border-accent checked:bg-accent ${border} ${shape === 'round' ? 'size-[1.05rem] rounded-full' : 'size-3.5 rotate-45 rounded-[3px]'}`}
      />
      <Check
        size={shape === 'round' ? 11 : 9}
        strokeWidth={3.2}
        aria-hidden
        className="pointer-events-none absolute text-accent-ink opacity-0 peer-checked:opacity-100"
      />
    </label>
  )
}
