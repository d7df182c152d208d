import '../../i18n/later-english.ts'
import { CornerDownRight } from 'lucide-react'
import { useText } from '../../i18n/use-text.ts'

export interface SteerButtonProps {
  readonly onSteer: () => void
  /** As assistive technology and browsers name it; undefined where no key does it. */
  readonly keys: string | undefined
}

/** Gives what is in the field to the running answer, beside the button that queues it as a message of its own. */
export function SteerButton({ onSteer, keys }: SteerButtonProps) {
  const text = useText()
  return (
    <button
      type="button"
      onClick={onSteer}
      aria-keyshortcuts={keys}
      title={text('remark.steer.hint')}
      data-testid="composer-steer"
      className="inline-flex h-9 shrink-0 items-center justify-center gap-1.5 rounded-md border border-line-strong px-3 text-sm font-medium text-ink transition-colors duration-150 hover:bg-hover touch:h-11 touch:min-w-11"
    >
      <CornerDownRight size={14} aria-hidden />
      <span className="max-sm:sr-only">{text('remark.steer')}</span>
    </button>
  )
}
