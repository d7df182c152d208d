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
  Paperclip,
  PenLine,
  Search,
  Settings2,
  SquarePen,
  Sun,
  Trash2,
  Wrench,
} from 'lucide-react'
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import { useLocation } from 'wouter'
import type { PaletteCommand } from '../../features/search/index.ts'
import type { SettingsSection } from '../../features/settings/index.ts'
import type { TextId } from '../../i18n/english/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { themeChoice, type ThemeChoice } from '../../preferences/preferences.ts'
import { bindings } from '../../shortcuts/bindings.ts'
import { shortcutHint } from '../../shortcuts/hint.ts'
import type { ShortcutId } from '../../shortcuts/shortcut-list.ts'
import { useStore } from '../../lib/use-store.ts'
import { routes } from '../../lib/routes.ts'
import { useShell } from './shell-context.tsx'

/** A command that is available everywhere in the page: an entry of the palette, and the action of a shortcut. */
export interface Command {
  readonly id: string
  readonly label: TextId
  readonly shortcut?: ShortcutId
  readonly keywords?: TextId
  readonly icon: ReactNode
  readonly isSuggested?: boolean
  /** It moves the focus, so it runs once the palette has given the focus back. */
  readonly takesFocus?: boolean
  readonly run: () => void
}

export interface CommandActions {
  readonly toggleSidebar: () => void
  readonly togglePlanner: () => void
  readonly openSettings: (section: SettingsSection) => void
  readonly showShortcuts: () => void
}

const size = 15

/** The commands of the shell. */
export function shellCommands(go: (path: string) => void, actions: CommandActions): Command[] {
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
    {
      id: 'tokens',
      label: 'command.tokens',
      keywords: 'command.keywords.tokens',
      icon: <KeyRound size={size} />,
      run: () => actions.openSettings('tokens'),
    },
    {
      id: 'export-everything',
      label: 'command.data',
      keywords: 'command.keywords.export',
      icon: <Download size={size} />,
      run: () => actions.openSettings('data'),
    },
    { id: 'usage', label: 'usage', icon: <ChartNoAxesColumn size={size} />, run: () => go(routes.usage) },
    {
      id: 'files',
      label: 'command.files',
      keywords: 'command.keywords.files',
      icon: <Paperclip size={size} />,
      run: () => go(routes.files),
    },
    { id: 'archive', label: 'command.archive', icon: <Archive size={size} />, run: () => go(routes.archived) },
    {
      id: 'trash',
      label: 'command.trash',
      keywords: 'command.keywords.trash',
      icon: <Trash2 size={size} />,
      run: () => go(routes.trashed),
    },
    {
      id: 'shortcuts',
      label: 'shortcut.help',
      shortcut: 'showShortcuts',
      keywords: 'command.keywords.shortcuts',
      icon: <Keyboard size={size} />,
      isSuggested: true,
      run: actions.showShortcuts,
    },
  ]
}

interface CommandsContextValue {
  readonly pageCommands: readonly Command[]
  readonly setPageCommands: (commands: readonly Command[]) => void
}

const noCommands: readonly Command[] = []
const CommandsContext = createContext<CommandsContextValue>({ pageCommands: noCommands, setPageCommands: () => undefined })

/** Holds the commands that the open page adds to those of the shell. */
export function CommandsProvider({ children }: { readonly children: ReactNode }) {
  const [pageCommands, setPageCommands] = useState(noCommands)
  const value = useMemo(() => ({ pageCommands, setPageCommands }), [pageCommands])
  return <CommandsContext value={value}>{children}</CommandsContext>
}

/** Adds commands for as long as the component is mounted. `commands` keeps its identity while they are the same. */
export function usePageCommands(commands: readonly Command[]): void {
  const { setPageCommands } = useContext(CommandsContext)
  useEffect(() => {
    setPageCommands(commands)
    return () => setPageCommands(noCommands)
  }, [commands, setPageCommands])
}

/** All commands as the palette shows them, those of the open page first. */
export function useCommands(): readonly PaletteCommand[] {
  const text = useText()
  const [, navigate] = useLocation()
  const changed = useStore(bindings)
  const { pageCommands } = useContext(CommandsContext)
  const { sidebar, planner, setSection, setHelpOpen } = useShell()
  const { toggle: toggleSidebar } = sidebar
  const { toggle: togglePlanner } = planner
  return useMemo(() => {
    const shell = shellCommands(navigate, {
      toggleSidebar,
      togglePlanner,
      openSettings: setSection,
      showShortcuts: () => setHelpOpen(true),
    })
    return [...pageCommands, ...shell].map(({ id, label, shortcut, keywords, icon, isSuggested, takesFocus, run }) => {
      const hint = shortcut && shortcutHint(shortcut)
      return {
        id,
        label: text(label),
        icon,
        run,
        ...(hint === undefined ? {} : { hint }),
        ...(keywords === undefined ? {} : { keywords: text(keywords) }),
        ...(isSuggested === undefined ? {} : { isSuggested }),
        ...(takesFocus === undefined ? {} : { takesFocus }),
      }
    })
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the hints are made of the bindings
  }, [text, navigate, pageCommands, toggleSidebar, togglePlanner, setSection, setHelpOpen, changed])
}
