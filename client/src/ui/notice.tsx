import type { ReactNode } from 'react'

const tones = {
  plain: 'border-line bg-sunken text-soft',
  accent: 'border-accent/30 bg-accent-wash text-ink',
  warm: 'border-warm/40 bg-warm-wash text-warm-ink',
  danger: 'border-danger/35 bg-danger-wash text-danger-ink',
}

/** A short message with actions. */
export function Notice(props: {
  readonly tone?: keyof typeof tones
  readonly icon?: ReactNode
  readonly children: ReactNode
  readonly actions?: ReactNode
  readonly className?: string
  readonly testId?: string
}) {
  return (
    <div
      data-testid={props.testId}
      className={`flex flex-wrap items-center gap-x-3 gap-y-1.5 rounded-md border px-3 py-2 text-sm ${tones[props.tone ?? 'plain']} ${props.className ?? ''}`}
    >
      {props.icon}
      <div className="min-w-40 flex-1">{props.children}</div>
      {props.actions && <div className="flex flex-wrap gap-1.5">{props.actions}</div>}
    </div>
  )
}
