import type { ReactNode } from 'react'

export interface PickerItem {
  readonly id: string
  readonly label: string
  /** Items of a group are listed together under its name. */
  readonly group: string
  /** A second line that distinguishes the item. */
  readonly detail: string | null
}

export interface PickerProps {
  /** The accessible name of the picker. */
  readonly label: string
  readonly items: readonly PickerItem[]
  /** Null if nothing is selected. */
  readonly value: string | null
  readonly onValue: (id: string) => void
  /** Content of the button; the selected item by default. */
  readonly children?: ReactNode
  readonly className?: string
  /** Opens when it is mounted, for an action that asks for a choice. */
  readonly isOpenAtFirst?: boolean
  /** Called when the list has closed, with or without a choice. */
  readonly onClosed?: () => void
  /** A note below the list. */
  readonly note?: ReactNode
  readonly testId?: string
}
