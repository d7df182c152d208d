import { Archive, ChartColumn, ListTodo, PanelLeft, Paperclip, Search, Settings2, SquarePen, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { useDraftMarks } from '../drafts/use-draft-marks.ts'
import { ConversationList } from '../features/conversations/index.ts'
import { useText } from '../i18n/use-text.ts'
import { shortcutAria, shortcutHint, withHint } from '../shortcuts/hint.ts'
import { DraftMark } from '../drafts/draft-mark.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Logo } from '../ui/logo.tsx'
import { pathToConversationId, routes } from '../lib/routes.ts'
import { useAccount, useUserId } from './chrome/session-context.tsx'
import { sharedConversation } from './chrome/shared-conversation.ts'
import { useShell } from './chrome/shell-context.tsx'
import { useExportConversation } from './chrome/use-export-conversation.ts'
import { useLeaveConversation } from './chrome/use-leave-conversation.ts'

export function SidebarPanel() {
  const text = useText()
  const [path] = useLocation()
  const { sidebar, setPaletteOpen, setSection } = useShell()
  const { user, isSignedOut } = useAccount()
  const drafts = useDraftMarks(useUserId())
  const onLeave = useLeaveConversation()
  const onExport = useExportConversation()
  const name = isSignedOut ? text('account.signed-out.short') : user && !user.isGuest ? user.name : text('account.guest.short')
  return (
    <nav className="flex h-full flex-col" aria-label={text('sidebar')}>
      <div className="flex h-13 shrink-0 items-center gap-2 pr-2 pl-4">
        <Link
          href={routes.start}
          onClick={sidebar.close}
          className="flex items-center gap-2 rounded-sm text-[0.9375rem] font-semibold tracking-tight touch:h-11"
        >
          <Logo size={19} className="text-accent" />
          Holdfast
        </Link>
        <IconButton
          label={text('sidebar.close')}
          hint={shortcutHint('toggleSidebar')}
          className="ml-auto"
          onClick={sidebar.toggle}
        >
          <PanelLeft size={17} aria-hidden />
        </IconButton>
      </div>
      <div className="px-2.5 pb-2">
        <Link
          href={routes.start}
          onClick={sidebar.close}
          data-testid="new-conversation"
          title={shortcutHint('newConversation')}
          className="flex h-9 items-center gap-2.5 rounded-md border border-line bg-paper px-3 text-sm font-medium transition-colors duration-150 hover:border-line-strong hover:bg-raised touch:h-11"
        >
          <SquarePen size={15} aria-hidden className="text-accent" />
          {text('new-conversation')}
          {drafts.has(null) && path !== routes.start && <DraftMark className="-mr-1.5" />}
        </Link>
        <button
          type="button"
          onClick={() => {
            sidebar.close()
            setPaletteOpen(true)
          }}
          title={withHint(text('search'), 'openPalette')}
          aria-keyshortcuts={shortcutAria('openPalette')}
          data-testid="open-palette"
          className="mt-1 flex h-8 w-full items-center gap-2.5 rounded-sm px-3 text-left text-sm text-soft hover:bg-hover touch:h-11"
        >
          <Search size={15} aria-hidden className="text-faint" />
          {text('search')}
          <kbd className="ml-auto font-sans text-xs text-faint touch:hidden">{shortcutHint('openPalette')}</kbd>
        </button>
        <Link
          href={routes.planner}
          onClick={sidebar.close}
          data-testid="open-planner-page"
          aria-current={path === routes.planner ? 'page' : undefined}
          className={`flex h-8 items-center gap-2.5 rounded-sm px-3 text-sm hover:bg-hover touch:h-11 ${path === routes.planner ? 'bg-hover text-ink' : 'text-soft'}`}
        >
          <ListTodo size={15} aria-hidden className="text-faint" />
          {text('planner')}
        </Link>
        <Link
          href={routes.files}
          onClick={sidebar.close}
          data-testid="open-files-page"
          aria-current={path === routes.files ? 'page' : undefined}
          className={`flex h-8 items-center gap-2.5 rounded-sm px-3 text-sm hover:bg-hover touch:h-11 ${path === routes.files ? 'bg-hover text-ink' : 'text-soft'}`}
        >
          <Paperclip size={15} aria-hidden className="text-faint" />
          {text('files.page')}
        </Link>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-2.5 pt-1 pb-4 [scrollbar-width:thin]">
        {isSignedOut ? (
          <p className="px-3.5 py-2 text-sm text-faint">{text('conversations.signed-out')}</p>
        ) : (
          <ConversationList
            openId={pathToConversationId(path)}
            drafts={drafts}
            onOpen={sidebar.close}
            onLeave={onLeave}
            onExport={onExport}
            onShare={sharedConversation.set}
          />
        )}
      </div>
      <div className="flex items-center gap-0.5 border-t border-line p-2 pb-[max(0.5rem,env(safe-area-inset-bottom))]">
        <button
          type="button"
          onClick={() => {
            sidebar.close()
            setSection('account')
          }}
          className="flex h-9 min-w-0 flex-1 items-center gap-2.5 rounded-sm px-2 text-left text-sm hover:bg-hover touch:h-11"
          data-testid="open-settings"
        >
          <span
            aria-hidden
            className="grid size-6 shrink-0 place-items-center rounded-full bg-accent-wash text-xs font-semibold text-accent-strong"
          >
            {name.slice(0, 1).toUpperCase()}
          </span>
          <span className="truncate">{name}</span>
          <Settings2 size={15} aria-hidden className="ml-auto shrink-0 text-faint" />
          <span className="sr-only">{text('settings')}</span>
        </button>
        <SidebarLink href={routes.usage} label={text('usage')} isOpen={path === routes.usage} onOpen={sidebar.close}>
          <ChartColumn size={15} aria-hidden />
        </SidebarLink>
        <SidebarLink
          href={routes.archived}
          label={text('conversations.archived.title')}
          isOpen={path === routes.archived}
          onOpen={sidebar.close}
        >
          <Archive size={15} aria-hidden />
        </SidebarLink>
        <SidebarLink
          href={routes.trashed}
          label={text('conversations.trashed.title')}
          isOpen={path === routes.trashed}
          onOpen={sidebar.close}
        >
          <Trash2 size={15} aria-hidden />
        </SidebarLink>
      </div>
    </nav>
  )
}

function SidebarLink(props: {
  readonly href: string
  readonly label: string
  readonly isOpen: boolean
  readonly onOpen: () => void
  readonly children: ReactNode
}) {
  return (
    <Link
      href={props.href}
      onClick={props.onOpen}
      aria-label={props.label}
      title={props.label}
      aria-current={props.isOpen ? 'page' : undefined}
      className={`grid size-9 place-items-center rounded-sm hover:bg-hover hover:text-ink touch:size-11 ${props.isOpen ? 'bg-hover text-ink' : 'text-faint'}`}
    >
      {props.children}
    </Link>
  )
}
