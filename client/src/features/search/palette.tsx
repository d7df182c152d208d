import type { ReactNode } from 'react'
import { lazyPart } from '../../ui/lazy-part.tsx'

/** Something that can be done from anywhere. */
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
  readonly run: () => void
}

export interface PaletteProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly commands: readonly PaletteCommand[]
  /** Goes to an address within the page. */
  readonly onOpen: (address: string) => void
}

const LoadedPalette = lazyPart(() => import('./loaded-palette.tsx').then((module) => module.LoadedPalette), {
  close: ({ onClose }: PaletteProps) => onClose,
})

/** Conversations, commands and what was ever said, under one key. */
export function Palette(props: PaletteProps) {
  return props.isOpen ? <LoadedPalette {...props} /> : null
}
