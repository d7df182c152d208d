import type { ComponentProps, ReactNode } from 'react'

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label' | 'title'> {
  /** Read aloud, and shown when pointed at. */
  readonly label: string
  /** Shown beside the label, e.g. the keys that do the same. */
  readonly hint?: string | undefined
  readonly size?: 'small' | 'normal'
  readonly children: ReactNode
}

const sizes = { small: 'size-7 touch:size-11', normal: 'size-9 touch:size-11' }

/** A button that shows a picture only. */
export function IconButton({
  label,
  hint,
  size = 'normal',
  className = '',
  children,
  type = 'button',
  ...props
}: IconButtonProps) {
  return (
    <button
      {...props}
      type={type}
      aria-label={label}
      title={hint === undefined ? label : `${label} (${hint})`}
      className={`grid shrink-0 place-items-center rounded-sm text-faint transition-colors duration-150 hover:bg-hover hover:text-ink disabled:opacity-40 ${sizes[size]} ${className}`}
    >
      {children}
    </button>
  )
}
