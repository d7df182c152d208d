import type { ReactNode } from 'react'
import { lazyPart } from './lazy-part.tsx'

export interface DialogProps {
  readonly title: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children: ReactNode
  readonly width?: 'narrow' | 'wide'
  /** It is in the page's address, so "back" closes it anyway. */
  readonly hasAddress?: boolean
  readonly testId?: string
}

const LoadedDialog = lazyPart<DialogProps>(() => import('./loaded-dialog.tsx').then((module) => module.LoadedDialog), {
  close: ({ onClose }) => onClose,
})

/** A window over the page that holds the focus until it is closed. */
export function Dialog(props: DialogProps) {
  if (!props.isOpen) return null
  return <LoadedDialog {...props} />
}
