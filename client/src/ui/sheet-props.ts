import type { ReactNode } from 'react'

export interface SheetProps {
  /** The accessible name; the sheet renders its own heading. */
  readonly label: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children: ReactNode
  readonly testId?: string
}
