import { ChevronDown } from 'lucide-react'
import type { PickerProps } from './picker-props.ts'

/** The content of a picker's button. */
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
