import { ChevronDown } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { lazyPart } from './lazy-part.tsx'

export interface PickerItem {
  readonly id: string
  readonly label: string
  /** Items of one group stand together under its name. */
  readonly group: string
  /** A second line: what tells it from the others. */
  readonly detail: string | null
}

export interface PickerProps {
  /** What is picked, e.g. for a screen reader. */
  readonly label: string
  readonly items: readonly PickerItem[]
  /** Null: nothing is picked yet. */
  readonly value: string | null
  readonly onValue: (id: string) => void
  /** What stands on the button. Without: what is picked. */
  readonly children?: ReactNode
  readonly className?: string
  /** Something to know about the list, below it. */
  readonly note?: ReactNode
  readonly testId?: string
}

const loadPicker = () => import('./loaded-picker.tsx').then((module) => module.LoadedPicker)
const LoadedPicker = lazyPart<PickerProps & { readonly trigger: ReactNode; readonly onClose: () => void }>(loadPicker, {
  waiting: ({ trigger }) => trigger,
  close: ({ onClose }) => onClose,
})

/** What is not there yet is asked for again when the list opens. */
const prepare = () => void loadPicker().catch(() => undefined)

/** A button that opens a list to pick one of, with a field to search a long one. Its code comes when somebody reaches for it. */
export function Picker(props: PickerProps) {
  const [isAsked, setAsked] = useState(false)
  const trigger = (
    <button
      type="button"
      aria-haspopup="listbox"
      aria-expanded={false}
      data-testid={props.testId}
      className={props.className}
      onPointerEnter={prepare}
      onFocus={prepare}
      onClick={() => setAsked(true)}
    >
      <PickerFace {...props} />
    </button>
  )
  if (!isAsked) return trigger
  return <LoadedPicker {...props} trigger={trigger} onClose={() => setAsked(false)} />
}

export function PickerFace({ label, items, value, children }: PickerProps) {
  if (children) return children
  return (
    <>
      <span className="sr-only">{label}</span>
      <span className="min-w-0 truncate">{items.find(({ id }) => id === value)?.label ?? value}</span>
      <ChevronDown size={13} aria-hidden className="shrink-0 text-faint" />
    </>
  )
}
