import { useLocation } from 'wouter'
import { pathToConversationId, routes } from '../lib/routes.ts'
import { useShortcuts } from '../shortcuts/use-shortcuts.ts'
import { CommandsProvider } from './chrome/commands.tsx'
import { focusComposer } from './chrome/focus-composer.ts'
import { ShellProvider, useShell } from './chrome/shell-context.tsx'
import { SidebarFrame } from './chrome/sidebar-frame.tsx'
import { SkipLinks } from './chrome/skip-links.tsx'
import { ThreadHandleProvider } from './chrome/thread-handle-context.tsx'
import { TitleProvider } from './chrome/title-context.tsx'
import { useBackgroundWork } from './chrome/use-background-work.ts'
import { useKeepFilesOut } from './chrome/use-keep-files-out.ts'
import { Overlays } from './pages/overlays.tsx'
import { PageHeader } from './pages/page-header.tsx'
import { PageRoutes } from './pages/page-routes.tsx'
import { PlannerFrame } from './pages/planner-frame.tsx'
import { SidebarPanel } from './sidebar.tsx'

/** The frame that all pages share. Pages reach it, and it reaches them, through its providers. */
export function Shell() {
  return (
    <ShellProvider>
      <TitleProvider>
        <CommandsProvider>
          <ThreadHandleProvider>
            <ShellLayout />
          </ThreadHandleProvider>
        </CommandsProvider>
      </TitleProvider>
    </ShellProvider>
  )
}

function ShellLayout() {
  const [path] = useLocation()
  const { sidebar } = useShell()
  useBackgroundWork()
  useKeepFilesOut()
  useShellShortcuts()
  return (
    <div className="flex h-full">
      <SkipLinks hasThread={pathToConversationId(path) !== null} />
      <SidebarFrame>
        <SidebarPanel />
      </SidebarFrame>
      <main
        id="main"
        tabIndex={-1}
        className="flex min-w-0 flex-1 flex-col outline-none"
        inert={!sidebar.isWide && sidebar.isOpen}
      >
        <PageHeader />
        <div className="flex min-h-0 flex-1 flex-col">
          <PageRoutes />
        </div>
      </main>
      {path !== routes.planner && <PlannerFrame />}
      <Overlays />
    </div>
  )
}

function useShellShortcuts(): void {
  const [path, navigate] = useLocation()
  const { sidebar, planner, setSection, setHelpOpen, isPaletteOpen, setPaletteOpen } = useShell()
  useShortcuts({
    newConversation: () => navigate(routes.start),
    toggleSidebar: sidebar.toggle,
    // The planner page has no planner panel beside it.
    ...(path === routes.planner ? {} : { togglePlanner: planner.toggle }),
    focusComposer,
    openSettings: () => setSection('account'),
    showShortcuts: () => setHelpOpen(true),
    openPalette: () => setPaletteOpen(!isPaletteOpen),
  })
}
