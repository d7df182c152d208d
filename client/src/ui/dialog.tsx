import { lazyPart } from './lazy-part.tsx'
import type { DialogProps } from './dialog-props.ts'

const DialogImpl = lazyPart<DialogProps>(() => import('./dialog-impl.tsx').then((module) => module.DialogImpl), {
  close: ({ onClose }) => onClose,
})

/** A modal dialog. */
export function Dialog(props: DialogProps) {
  if (!props.isOpen) return null
  return <DialogImpl {...props} />
}
