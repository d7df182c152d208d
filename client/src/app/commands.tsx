import {
  Archive,
  ChartNoAxesColumn,
  Download,
  KeyRound,
  Keyboard,
  ListTodo,
  Monitor,
  Moon,
  PanelLeft,
  PenLine,
  Search,
  Settings2,
  SquarePen,
  Sun,
  Trash2,
  Wrench,
  ChartColumn,
} from 'lucide-react'
import { useMemo, useRef, type ReactNode } from 'react'
import { useLocation } from 'wouter'
import type { PaletteCommand } from '../features/search/index.ts'
import type { SettingsSection } from '../features/settings/index.ts'
import type { TextId } from '../i18n/english.ts'
import { useText } from '../i18n/use-text.ts'
import { themeChoice, type ThemeChoice } from '../preferences/preferences.ts'
import { bindings } from '../shortcuts/bindings.ts'
import { shortcutHint } from '../shortcuts/hint.ts'
import type { ShortcutId } from '../shortcuts/shortcut-list.ts'
import { useStore } from '../use-store.ts'
import { routes } from './routes.ts'

/** Something that can be done from anywhere in the page: an entry of the palette, and the action of a shortcut. */
export interface Command {
  readonly id: string
  readonly label: TextId
  readonly shortcut?: ShortcutId
  readonly keywords?: TextId
  readonly icon: ReactNode
  readonly isSuggested?: boolean
  readonly run: () => void
}

export interface CommandActions {
  readonly toggleSidebar: () => void
  readonly togglePlanner: () => void
  readonly openSettings: (section: SettingsSection) => void
  readonly showShortcuts: () => void
}

const size = 15

/** Everything that the shell can do. */
function shellCommands(go: (path: string) => void, actions: CommandActions): Command[] {
  const theme = (choice: ThemeChoice, icon: ReactNode): Command => ({
    id: `theme-${choice}`,
    label: `command.theme.${choice}`,
    keywords: 'command.keywords.theme',
    icon,
    run: () => themeChoice.set(choice),
  })
  return [
    {
      id: 'new-conversation',
      label: 'new-conversation',
      shortcut: 'newConversation',
      keywords: 'command.keywords.new',
      icon: <SquarePen size={size} />,
      isSuggested: true,
      run: () => go(routes.start),
    },
    {
      id: 'search',
      label: 'search.label',
      keywords: 'command.keywords.search',
      icon: <Search size={size} />,
      isSuggested: true,
      run: () => go(routes.search),
    },
    { id: 'planner', label: 'command.planner', icon: <ListTodo size={size} />, isSuggested: true, run: () => go(routes.planner) },
    { id: 'usage', label: 'usage', icon: <ChartColumn size={size} />, run: () => go(routes.usage) },
    {
      id: 'toggle-planner',
      label: 'shortcut.planner',
      shortcut: 'togglePlanner',
      icon: <ListTodo size={size} />,
      run: actions.togglePlanner,
    },
    {
      id: 'toggle-sidebar',
      label: 'shortcut.sidebar',
      shortcut: 'toggleSidebar',
      icon: <PanelLeft size={size} />,
      run: actions.toggleSidebar,
    },
    {
      id: 'settings',
      label: 'settings',
      shortcut: 'openSettings',
      keywords: 'command.keywords.settings',
      icon: <Settings2 size={size} />,
      isSuggested: true,
      run: () => actions.openSettings('account'),
    },
    theme('light', <Sun size={size} />),
    theme('dark', <Moon size={size} />),
    theme('system', <Monitor size={size} />),
    {
      id: 'writing',
      label: 'settings.writing',
      keywords: 'command.keywords.settings',
      icon: <PenLine size={size} />,
      run: () => actions.openSettings('writing'),
    },
    { id: 'tools', label: 'command.tools', icon: <Wrench size={size} />, run: () => actions.openSettings('tools') },
    { id: 'tokens', label: 'command.tokens', icon: <KeyRound size={size} />, run: () => actions.openSettings('tokens') },
    {
      id: 'export-everything',
      label: 'command.data',
      keywords: 'command.keywords.export',
      icon: <Download size={size} />,
      run: () => actions.openSettings('data'),
    },
    { id: 'usage', label: 'usage', icon: <ChartNoAxesColumn size={size} />, run: () => go(routes.usage) },
    { id: 'archive', label: 'command.archive', icon: <Archive size={size} />, run: () => go(routes.archived) },
    { id: 'trash', label: 'command.trash', icon: <Trash2 size={size} />, run: () => go(routes.trashed) },
    {
      id: 'shortcuts',
      label: 'shortcut.help',
      shortcut: 'showShortcuts',
      icon: <Keyboard size={size} />,
      isSuggested: true,
      run: actions.showShortcuts,
    },
  ]
}

/** The commands as the palette shows them. `more`: those of the page that is open. */
export function useCommands(actions: CommandActions, more: readonly Command[]): readonly PaletteCommand[] {
  const text = useText()
  const [, navigate] = useLocation()
  const changed = useStore(bindings)
  const latest = useRef(actions)
  latest.current = actions
  return useMemo(() => {
    const shell = shellCommands(navigate, {
      toggleSidebar: () => latest.current.toggleSidebar(),
      togglePlanner: () => latest.current.togglePlanner(),
      openSettings: (section) => latest.current.openSettings(section),
      showShortcuts: () => latest.current.showShortcuts(),
    })
    return [...more, ...shell].map(({ id, label, shortcut, keywords, icon, isSuggested, run }) => {
      const hint = shortcut && shortcutHint(shortcut)
      return {
        id,
        label: text(label),
        icon,
        run,
        ...(hint === undefined ? {} : { hint }),
        ...(keywords === undefined ? {} : { keywords: text(keywords) }),
        ...(isSuggested === undefined ? {} : { isSuggested }),
      }
    })
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the hints are made of the bindings
  }, [text, navigate, more, changed])
}
