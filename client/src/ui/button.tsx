import type { ComponentProps } from 'react'

export interface ButtonProps extends ComponentProps<'button'> {
  readonly tone?: 'plain' | 'accent' | 'quiet' | 'danger'
  readonly size?: 'small' | 'normal'
}

const tones = {
  plain: 'border border-line-strong bg-raised text-ink hover:bg-hover',
  accent: 'bg-accent text-accent-ink hover:bg-accent-strong',
  quiet: 'text-soft hover:bg-hover hover:text-ink',
  danger: 'border border-danger/50 text-danger-ink hover:bg-danger-wash',
}

const sizes = {
  small: 'h-7 rounded-sm px-2.5 text-[0.8125rem] touch:h-11',
  normal: 'h-9 rounded-md px-3.5 text-sm touch:h-11',
}

/** How a button looks, for what has to be an element of another kind. */
export function buttonClass(tone: keyof typeof tones, size: keyof typeof sizes): string {
  return `inline-flex shrink-0 items-center justify-center gap-1.5 font-medium whitespace-nowrap transition-colors duration-150 disabled:opacity-50 ${tones[tone]} ${sizes[size]}`
}

export function Button({ tone = 'plain', size = 'normal', className = '', type = 'button', ...props }: ButtonProps) {
  return <button {...props} type={type} className={`${buttonClass(tone, size)} ${className}`} />
}
