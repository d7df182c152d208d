import type { ReactNode } from 'react'

/** A command that is available everywhere. */
export interface PaletteCommand {
  readonly id: string
  readonly label: string
  /** Other words that people may look for it by. */
  readonly keywords?: string
  /** Its keys, e.g. `Ctrl+Shift+O`. */
  readonly hint?: string
  readonly icon?: ReactNode
  /** Shown before anything is typed. */
  readonly isSuggested?: boolean
  /** It moves the focus, so it runs once the palette has given the focus back. */
  readonly takesFocus?: boolean
  readonly run: () => void
}

export interface PaletteProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly commands: readonly PaletteCommand[]
  /** Goes to an address within the page. */
  readonly onOpen: (address: string) => void
}

export interface PaletteImplProps extends PaletteProps {
  /** Closes the palette and runs `run` once the focus is back where it was. */
  readonly onRunAfterClose: (run: () => void) => void
}
