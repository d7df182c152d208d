import type { ReactNode, Ref } from 'react'

export interface MenuItem {
  readonly label: string
  readonly icon?: ReactNode
  readonly tone?: 'plain' | 'danger'
  /** Absent for an item that opens a submenu. */
  readonly onSelect?: () => void
  /** `onSelect` moves the focus, so it is called once the menu has closed. */
  readonly takesFocus?: boolean
  readonly items?: readonly MenuItem[]
}

export interface MenuProps {
  readonly label: string
  readonly items: readonly MenuItem[]
  readonly className?: string
  readonly icon: ReactNode
  readonly align?: 'start' | 'end'
  /** The button that opens it. */
  readonly triggerRef?: Ref<HTMLButtonElement> | undefined
}
