import { ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'

export interface SelectProps {
  readonly label: string
  readonly value: string
  readonly onValue: (value: string) => void
  /** Highlights a value that is not the default. */
  readonly isMarked?: boolean
  /** `option` elements. */
  readonly children: ReactNode
  readonly className?: string
  readonly testId?: string
}

/** The native select, as wide as the selected option. */
export function Select({ label, value, onValue, isMarked = false, children, className = '', testId }: SelectProps) {
  return (
    <span className={`relative inline-flex min-w-0 items-center ${className}`}>
      <select
        aria-label={label}
        value={value}
        onChange={(event) => onValue(event.target.value)}
        data-testid={testId}
        className={`h-7 w-full max-w-full min-w-0 appearance-none truncate rounded-sm border bg-transparent pr-6 pl-2 text-[0.8125rem] hover:bg-hover touch:h-11 [&_option]:bg-raised [&_option]:text-ink ${isMarked ? 'border-accent/60 font-medium text-ink' : 'border-line text-soft'}`}
      >
        {children}
      </select>
      <ChevronDown size={12} aria-hidden className="pointer-events-none absolute right-2 text-faint" />
    </span>
  )
}
