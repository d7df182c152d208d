import { useQueryClient } from '@tanstack/react-query'
import { ListTodo, PanelLeft, SquarePen } from 'lucide-react'
import { useCallback, useEffect, useState, type ReactNode } from 'react'
import { Link, Route, Switch, useLocation } from 'wouter'
import { ConnectionIndicator } from '../features/connection/index.ts'
import { Shelf, useActivity } from '../features/conversations/index.ts'
import { DataSettings, useExport, type ExportFormat } from '../features/export/index.ts'
import { plannerKey, PlannerPage } from '../features/planner/index.ts'
import { Palette } from '../features/search/index.ts'
import { SettingsDialog, ShortcutsDialog } from '../features/settings/index.ts'
import { UsagePage } from '../features/usage/index.ts'
import { useText } from '../i18n/use-text.ts'
import { shortcutHint, withHint } from '../shortcuts/hint.ts'
import { useShortcuts } from '../shortcuts/use-shortcuts.ts'
import { useClient } from '../transport/client-context.tsx'
import { refreshQueries } from '../transport/refresh-queries.ts'
import { trpc } from '../transport/trpc-react.ts'
import { Button } from '../ui/button.tsx'
import { CenteredMessage } from '../ui/centered-message.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { useBackCloses } from '../ui/use-back-closes.ts'
import { useStore } from '../use-store.ts'
import { askInComposer } from './ask-in-composer.ts'
import { readBranch } from './branch-memory.ts'
import { useCommands, type Command } from './commands.tsx'
import { ConversationPage } from './conversation-page.tsx'
import { ConversationSettingsButton } from './conversation-settings-button.tsx'
import { focusComposer } from './focus-composer.ts'
import { NewConversationPage } from './new-conversation-page.tsx'
import { NewConversationSettingsButton } from './new-conversation-settings-button.tsx'
import { PlannerFrame } from './planner-frame.tsx'
import { pathToConversationId, printPath, routes } from './routes.ts'
import { SearchFrame } from './search-frame.tsx'
import { useSession } from './session-context.tsx'
import { SkipLinks } from './skip-links.tsx'
import { SidebarPanel } from './sidebar.tsx'
import { useNewPage } from './use-new-page.ts'
import { useDraftsFollow } from './use-drafts-follow.ts'
import { usePlannerOwner } from './use-planner-owner.ts'
import { usePlannerPanel } from './use-planner-panel.ts'
import { useModels } from './use-models.ts'
import { useSettingsSection } from './use-settings-section.ts'
import { useSidebar } from './use-sidebar.ts'
import { useTitleMark } from './use-title-mark.ts'

const noCommands: readonly Command[] = []

/** The frame that all pages share: sidebar, header, and the page itself. */
export function Shell() {
  const text = useText()
  const session = useSession()
  const [path, navigate] = useLocation()
  const openId = pathToConversationId(path)
  const sidebar = useSidebar()
  const planner = usePlannerPanel()
  const isPlannerPage = path === routes.planner
  const queryClient = useQueryClient()
  const [section, setSection] = useSettingsSection()
  const [isHelpOpen, setHelpOpen] = useState(false)
  const [isPaletteOpen, setPaletteOpen] = useState(false)
  const [pageCommands, setPageCommands] = useState(noCommands)
  const [conversationTitle, setConversationTitle] = useState<string | null>(null)
  const title = openId === null ? pathToTitle(path, text) : conversationTitle
  const { onConversation } = useTitleMark(title)
  const info = trpc.system.info.useQuery()
  const models = useModels()
  const userId = useStore(session.userId)
  const isSignedOut = useStore(session.isSignedOut)
  const user = isSignedOut ? null : (info.data?.user ?? null)

  usePlannerOwner(userId)
  const onPlanner = useCallback(() => void refreshQueries(queryClient, plannerKey), [queryClient])
  useActivity({ onConversation: useDraftsFollow(userId, onConversation), onPlanner })
  useShortcuts({
    newConversation: () => navigate(routes.start),
    toggleSidebar: sidebar.toggle,
    ...(isPlannerPage ? {} : { togglePlanner: planner.toggle }),
    focusComposer,
    openSettings: () => setSection('account'),
    showShortcuts: () => setHelpOpen(true),
    openPalette: () => setPaletteOpen((isOpen) => !isOpen),
  })
  const commands = useCommands(
    {
      toggleSidebar: sidebar.toggle,
      togglePlanner: planner.toggle,
      openSettings: setSection,
      showShortcuts: () => setHelpOpen(true),
    },
    pageCommands,
  )
  const closePalette = useCallback(() => setPaletteOpen(false), [])
  useRefetchOnReturn(info.refetch)
  useNewPage()
  const isAccount = info.data && !info.data.user.isGuest
  useEffect(() => {
    if (isAccount !== undefined) session.rememberAccount(isAccount)
  }, [session, isAccount])

  const onLeave = useCallback(
    (conversationId: string) => {
      if (pathToConversationId(location.pathname) === conversationId) navigate(routes.start)
    },
    [navigate],
  )

  const exportConversation = useExport()
  const onExport = useCallback(
    (conversationId: string, format: ExportFormat | 'print') => {
      if (format === 'print') navigate(printPath(conversationId))
      else exportConversation(conversationId, format, readBranch(conversationId).leafId)
    },
    [exportConversation, navigate],
  )

  const { closeSheet } = planner
  const onAsk = useCallback(
    (question: string) => {
      closeSheet()
      if (location.pathname !== routes.start && pathToConversationId(location.pathname) === null) navigate(routes.start)
      askInComposer(question)
    },
    [closeSheet, navigate],
  )

  return (
    <div className="flex h-full">
      <SkipLinks hasThread={openId !== null} />
      <SidebarFrame isWide={sidebar.isWide} isOpen={sidebar.isOpen} onClose={sidebar.close}>
        <SidebarPanel
          openId={openId}
          path={path}
          userId={userId}
          user={user}
          isSignedOut={isSignedOut}
          onToggle={sidebar.toggle}
          onOpen={sidebar.close}
          onLeave={onLeave}
          onExport={onExport}
          onSearch={() => {
            sidebar.close()
            setPaletteOpen(true)
          }}
          onSettings={() => {
            sidebar.close()
            setSection('account')
          }}
        />
      </SidebarFrame>
      <main
        id="main"
        tabIndex={-1}
        className="flex min-w-0 flex-1 flex-col outline-none"
        inert={!sidebar.isWide && sidebar.isOpen}
      >
        <header className="flex h-13 shrink-0 items-center gap-1 px-2 sm:px-3">
          {!(sidebar.isWide && sidebar.isOpen) && (
            <>
              <IconButton
                label={text('sidebar.open')}
                hint={shortcutHint('toggleSidebar')}
                onClick={sidebar.toggle}
                data-testid="open-sidebar"
              >
                <PanelLeft size={17} aria-hidden />
              </IconButton>
              <Link
                href={routes.start}
                aria-label={text('new-conversation')}
                title={withHint(text('new-conversation'), 'newConversation')}
                className="grid size-9 place-items-center rounded-sm text-faint hover:bg-hover hover:text-ink touch:size-11"
              >
                <SquarePen size={16} aria-hidden />
              </Link>
            </>
          )}
          <div className="min-w-0 flex-1 px-2">
            {openId !== null && title !== null && (
              <h1 className="truncate text-sm font-medium" data-testid="title">
                {title}
              </h1>
            )}
          </div>
          {/* Whoever is signed out is told so above the composer: the connection is not what is missing. */}
          <div className="px-2">{!isSignedOut && <ConnectionIndicator />}</div>
          {path === routes.start && <NewConversationSettingsButton userId={userId} models={models} />}
          {openId !== null && <ConversationSettingsButton key={openId} conversationId={openId} models={models} />}
          {!isPlannerPage && (
            <IconButton
              label={text(planner.isOpen ? 'planner.close' : 'planner.open')}
              hint={shortcutHint('togglePlanner')}
              aria-expanded={planner.isOpen}
              onClick={planner.toggle}
              className={planner.isOpen && planner.isWide ? 'bg-hover text-ink' : ''}
              data-testid="toggle-planner"
            >
              <ListTodo size={17} aria-hidden />
            </IconButton>
          )}
        </header>
        <div className="flex min-h-0 flex-1 flex-col">
          <Switch>
            <Route path={routes.start}>
              <NewConversationPage userId={userId} models={models} />
            </Route>
            <Route path={routes.archived}>
              <Shelf name="archived" />
            </Route>
            <Route path={routes.trashed}>
              <Shelf name="trashed" />
            </Route>
            <Route path={routes.search}>
              <SearchFrame models={models.items} />
            </Route>
            <Route path={routes.usage}>
              <UsagePage />
            </Route>
            <Route path={routes.planner}>
              <PlannerPage onAsk={onAsk} />
            </Route>
            <Route>
              {openId === null ? (
                <CenteredMessage
                  title={text('not-found')}
                  actions={<Button onClick={() => navigate(routes.start)}>{text('new-conversation')}</Button>}
                />
              ) : (
                <ConversationPage
                  key={openId}
                  conversationId={openId}
                  userId={userId}
                  models={models}
                  onTitle={setConversationTitle}
                  onCommands={setPageCommands}
                  onShowItem={planner.show}
                />
              )}
            </Route>
          </Switch>
        </div>
      </main>
      {!isPlannerPage && <PlannerFrame panel={planner} onAsk={onAsk} />}
      <Palette isOpen={isPaletteOpen} onClose={closePalette} commands={commands} onOpen={navigate} />
      <ShortcutsDialog isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
      <SettingsDialog
        section={section}
        version={info.data?.version ?? null}
        user={user}
        data={<DataSettings />}
        models={models.items}
        warning={models.warning}
        onSection={setSection}
        onClose={() => setSection(null)}
        onSessionChange={(change) => {
          session.sessionChanged(change)
          setSection(null)
          void info.refetch()
        }}
      />
    </div>
  )
}

/** Beside the thread where there is room, else a drawer over it that gives the focus back. */
function SidebarFrame(props: {
  readonly isWide: boolean
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children: ReactNode
}) {
  const text = useText()
  const { isWide, isOpen, onClose } = props
  useBackCloses(isOpen && !isWide, onClose)
  useEffect(() => {
    if (isWide || !isOpen) return
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      event.preventDefault()
      onClose()
    }
    window.addEventListener('keydown', onKeyDown, true)
    return () => window.removeEventListener('keydown', onKeyDown, true)
  }, [isWide, isOpen, onClose])
  if (isWide) {
    return isOpen ? <aside className="w-68 shrink-0 border-r border-line bg-sunken">{props.children}</aside> : null
  }
  return (
    <>
      {isOpen && (
        <button
          type="button"
          tabIndex={-1}
          aria-label={text('sidebar.close')}
          className="fixed inset-0 z-30 bg-scrim"
          onClick={onClose}
        />
      )}
      <aside
        inert={!isOpen}
        className={`fixed inset-y-0 left-0 z-30 w-[min(20rem,86vw)] bg-sunken shadow-overlay transition-[translate,visibility] duration-180 ease-calm ${isOpen ? 'translate-x-0' : 'invisible -translate-x-full'}`}
      >
        {props.children}
      </aside>
    </>
  )
}

/** A server that was away may have come back as another version. */
function useRefetchOnReturn(refetch: () => unknown) {
  const { connection } = useClient()
  useEffect(() => {
    let wasLost = false
    return connection.subscribe(() => {
      const { status } = connection.get()
      if (status === 'live' && wasLost) refetch()
      wasLost = status !== 'live'
    })
  }, [connection, refetch])
}

function pathToTitle(path: string, text: ReturnType<typeof useText>): string | null {
  if (path === routes.archived) return text('shelf.archived.title')
  if (path === routes.planner) return text('planner')
  if (path === routes.search) return text('search')
  if (path === routes.usage) return text('usage')
  return path === routes.trashed ? text('shelf.trashed.title') : null
}
