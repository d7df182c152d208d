import { createContext, useContext, useMemo, useState, type ReactNode } from 'react'
import type { SettingsSection } from '../../features/settings/index.ts'
import { usePlannerPanel, type PlannerPanelState } from './use-planner-panel.ts'
import { useSettingsSection } from './use-settings-section.ts'
import { useSidebar, type Sidebar } from './use-sidebar.ts'

/** The panels and overlays around the page, and the functions that open them. */
export interface ShellState {
  readonly sidebar: Sidebar
  readonly planner: PlannerPanelState
  /** Null: the settings are closed. */
  readonly section: SettingsSection | null
  readonly setSection: (section: SettingsSection | null) => void
  readonly isHelpOpen: boolean
  readonly setHelpOpen: (isOpen: boolean) => void
  readonly isPaletteOpen: boolean
  readonly setPaletteOpen: (isOpen: boolean) => void
}

const ShellContext = createContext<ShellState | null>(null)

export function ShellProvider({ children }: { readonly children: ReactNode }) {
  const sidebar = useSidebar()
  const planner = usePlannerPanel()
  const [section, setSection] = useSettingsSection()
  const [isHelpOpen, setHelpOpen] = useState(false)
  const [isPaletteOpen, setPaletteOpen] = useState(false)
  const value = useMemo(
    () => ({ sidebar, planner, section, setSection, isHelpOpen, setHelpOpen, isPaletteOpen, setPaletteOpen }),
    [sidebar, planner, section, setSection, isHelpOpen, isPaletteOpen],
  )
  return <ShellContext value={value}>{children}</ShellContext>
}

export function useShell(): ShellState {
  const shell = useContext(ShellContext)
  if (!shell) throw new Error('useShell needs a ShellProvider')
  return shell
}
