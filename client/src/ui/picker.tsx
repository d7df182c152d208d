import { useState, type ReactNode } from 'react'
import { PickerFace } from './picker-face.tsx'
import { lazyPart } from './lazy-part.tsx'
import type { PickerProps } from './picker-props.ts'

const loadPicker = () => import('./picker-impl.tsx').then((module) => module.PickerImpl)
const PickerImpl = lazyPart<PickerProps & { readonly trigger: ReactNode; readonly onClose: () => void }>(loadPicker, {
  waiting: ({ trigger }) => trigger,
  close: ({ onClose }) => onClose,
})

/** A failed load is repeated when the list opens. */
const prepare = () => void loadPicker().catch(() => undefined)

/** A button that opens a list to select from; a long list has a search field. Its code loads on hover or focus. */
export function Picker(props: PickerProps) {
  const [isAsked, setAsked] = useState(props.isOpenAtFirst ?? false)
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
  return <PickerImpl {...props} trigger={trigger} onClose={() => setAsked(false)} />
}
