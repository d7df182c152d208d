import type { ReactNode } from 'react'

export interface DialogProps {
  readonly title: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children: ReactNode
  readonly width?: 'narrow' | 'wide'
  /** The dialog is part of the page's address, so that Back closes it without a history entry of its own. */
  readonly hasAddress?: boolean
  readonly testId?: string
}
