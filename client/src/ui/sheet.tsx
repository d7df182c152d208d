import type { ReactNode } from 'react'
import { lazyPart } from './lazy-part.tsx'

export interface SheetProps {
  /** For screen readers; the sheet shows its own heading. */
  readonly label: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children: ReactNode
  readonly testId?: string
}

const LoadedSheet = lazyPart<SheetProps>(() => import('./loaded-sheet.tsx').then((module) => module.LoadedSheet), {
  close: ({ onClose }) => onClose,
})

/** Something to look at for a moment over the page: from below on a phone, else from the side. */
export function Sheet(props: SheetProps) {
  if (!props.isOpen) return null
  return <LoadedSheet {...props} />
}
