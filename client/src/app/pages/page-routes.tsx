import type { ReactNode } from 'react'
import { Route, Switch, useLocation } from 'wouter'
import { AdminPage } from '../../features/admin/index.ts'
import { ArchivePage, TrashPage } from '../../features/conversations/index.ts'
import { FilesPage } from '../../features/files/index.ts'
import { PlannerPage } from '../../features/planner/index.ts'
import { Sharing } from '../../features/sharing/index.ts'
import { UsagePage } from '../../features/usage/index.ts'
import type { TextId } from '../../i18n/english/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { pathToConversationId, routes } from '../../lib/routes.ts'
import { Button } from '../../ui/button.tsx'
import { CenteredMessage } from '../../ui/centered-message.tsx'
import { useAskInComposer } from '../chrome/ask-in-composer.ts'
import { usePageTitle } from '../chrome/title-context.tsx'
import { ConversationPage } from './conversation-page.tsx'
import { NewConversationPage } from './new-conversation-page.tsx'
import { SearchFrame } from './search-frame.tsx'

interface PageRoute {
  readonly path: string
  /** Null: the page has no name of its own. */
  readonly title: TextId | null
  readonly page: ReactNode
}

/** Every page but the conversations, which are found by their address. */
const pages: readonly PageRoute[] = [
  { path: routes.start, title: null, page: <NewConversationPage /> },
  { path: routes.archived, title: 'conversations.archived.title', page: <ArchivePage /> },
  { path: routes.trashed, title: 'conversations.trashed.title', page: <TrashPage /> },
  { path: routes.search, title: 'search', page: <SearchFrame /> },
  { path: routes.continueShared, title: null, page: <Sharing /> },
  { path: routes.usage, title: 'usage', page: <UsagePage /> },
  { path: routes.files, title: 'files.page', page: <FilesPage /> },
  { path: `${routes.admin}/*?`, title: 'admin', page: <AdminPage /> },
  { path: routes.planner, title: 'planner', page: <PlannerFullPage /> },
]

/** The page that the address names. */
export function PageRoutes() {
  const [path] = useLocation()
  const openId = pathToConversationId(path)
  return (
    <Switch>
      {pages.map(({ path: route, title, page }) => (
        <Route key={route} path={route}>
          <TitledPage title={title}>{page}</TitledPage>
        </Route>
      ))}
      <Route>{openId === null ? <NotFoundPage /> : <ConversationPage key={openId} conversationId={openId} />}</Route>
    </Switch>
  )
}

function TitledPage({ title, children }: { readonly title: TextId | null; readonly children: ReactNode }) {
  const text = useText()
  usePageTitle(title && text(title))
  return children
}

function PlannerFullPage() {
  return <PlannerPage onAsk={useAskInComposer()} />
}

function NotFoundPage() {
  const text = useText()
  const [, navigate] = useLocation()
  return (
    <CenteredMessage
      title={text('not-found')}
      actions={<Button onClick={() => navigate(routes.start)}>{text('new-conversation')}</Button>}
    />
  )
}
