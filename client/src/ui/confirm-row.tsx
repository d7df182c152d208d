import { useText } from '../i18n/use-text.ts'
import { Button } from './button.tsx'

export interface ConfirmRowProps {
  /** What it is about, for screen readers. */
  readonly label: string
  /** What the action means. */
  readonly about: string
  readonly action: string
  readonly isPending?: boolean
  readonly onKeep: () => void
  readonly onConfirm: () => void
  /** Of the button that confirms. */
  readonly testId: string
}

/** Asks below an item of a list before it is removed. */
export function ConfirmRow({ label, about, action, isPending = false, onKeep, onConfirm, testId }: ConfirmRowProps) {
  const text = useText()
  return (
    <div
      role="group"
      aria-label={label}
      className="rise mt-2 flex flex-wrap items-center gap-2 rounded-sm bg-danger-wash px-3 py-2 text-sm"
    >
      <p className="min-w-40 flex-1 text-danger-ink">{about}</p>
      {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- it takes the place of the button that was pressed */}
      <Button size="small" autoFocus onClick={onKeep}>
        {text('keep')}
      </Button>
      <Button size="small" tone="danger" disabled={isPending} onClick={onConfirm} data-testid={testId}>
        {action}
      </Button>
    </div>
  )
}
