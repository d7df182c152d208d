import type { ComponentProps, ReactNode } from 'react'

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label' | 'title'> {
  /** The accessible name, also shown as a tooltip. */
  readonly label: string
  /** Added to the tooltip, e.g. the shortcut. */
  readonly hint?: string | undefined
  readonly size?: keyof typeof sizes
  readonly children: ReactNode
}

const sizes = { tiny: 'size-6 touch:size-11', small: 'size-7 touch:size-11', normal: 'size-9 touch:size-11' }

/** A button with an icon instead of text. */
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
