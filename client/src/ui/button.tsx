import type { ComponentProps } from 'react'

export interface ButtonProps extends ComponentProps<'button'> {
  readonly tone?: keyof typeof tones
  readonly size?: keyof typeof sizes
  readonly isPill?: boolean
}

const tones = {
  plain: 'border border-line-strong bg-raised text-ink hover:bg-hover',
  accent: 'bg-accent text-accent-ink hover:bg-accent-strong',
  quiet: 'text-soft hover:bg-hover hover:text-ink',
  danger: 'border border-danger/50 text-danger-ink hover:bg-danger-wash',
}

const sizes = {
  narrow: 'h-7 px-2 text-[0.8125rem] touch:h-11',
  small: 'h-7 px-2.5 text-[0.8125rem] touch:h-11',
  normal: 'h-9 px-3.5 text-sm touch:h-11',
}

/** The classes of a button, for an element of another kind such as a link. */
export function buttonClass(tone: keyof typeof tones, size: keyof typeof sizes, isPill = false): string {
  const radius = isPill ? 'rounded-full' : size === 'normal' ? 'rounded-md' : 'rounded-sm'
  return `${radius} inline-flex shrink-0 items-center justify-center gap-1.5 font-medium whitespace-nowrap transition-colors duration-150 disabled:opacity-50 ${tones[tone]} ${sizes[size]}`
}

export function Button({
  tone = 'plain',
  size = 'normal',
  isPill = false,
  className = '',
  type = 'button',
  ...props
}: ButtonProps) {
  return <button {...props} type={type} className={`${buttonClass(tone, size, isPill)} ${className}`} />
}
