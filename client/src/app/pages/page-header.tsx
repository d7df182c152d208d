import { ListTodo, PanelLeft, SquarePen } from 'lucide-react'
import { Link, useLocation } from 'wouter'
import { ConnectionIndicator } from '../../features/connection/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { pathToConversationId, routes } from '../../lib/routes.ts'
import { useStore } from '../../lib/use-store.ts'
import { shortcutHint, withHint } from '../../shortcuts/hint.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { useSession } from '../chrome/session-context.tsx'
import { useShell } from '../chrome/shell-context.tsx'
import { useTitle } from '../chrome/title-context.tsx'
import { ConversationSettingsButton } from './conversation-settings-button.tsx'
import { NewConversationSettingsButton } from './new-conversation-settings-button.tsx'

/** The bar above every page. */
export function PageHeader() {
  const text = useText()
  const [path] = useLocation()
  const openId = pathToConversationId(path)
  const title = useTitle()
  const isSignedOut = useStore(useSession().isSignedOut)
  const { sidebar, planner } = useShell()
  const isPlannerPage = path === routes.planner
  return (
    <header className="flex h-13 shrink-0 items-center short:h-10 short:touch:h-11 gap-1 px-2 sm:px-3">
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
      {/* Signed out, the composer says what is missing; it is not the connection. */}
      <div className="px-2">{!isSignedOut && <ConnectionIndicator />}</div>
      {path === routes.start && <NewConversationSettingsButton />}
      {openId !== null && <ConversationSettingsButton key={openId} conversationId={openId} />}
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
  )
}
