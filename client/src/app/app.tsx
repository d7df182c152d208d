import { I18nProvider } from '@lingui/react'
import type { I18n } from '@lingui/core'
import { getUntypedClient } from '@trpc/client'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { ErrorBoundary } from 'react-error-boundary'
import { useLocation } from 'wouter'
import { navigate } from 'wouter/use-browser-location'
import { errorToFailure } from '../sdk/transport/failure.ts'
import { HoldfastProvider } from '../react/client-context.tsx'
import { trpc } from '../react/trpc-react.ts'
import { AnnouncerProvider } from '../ui/announcer.tsx'
import { lazyPart } from '../ui/lazy-part.tsx'
import { ToastProvider } from '../ui/toasts.tsx'
import { toFullPath } from '../lib/base-path.ts'
import { useStore } from '../lib/use-store.ts'
import { BrokenPage } from './chrome/broken-page.tsx'
import { createPageSession, type PageSession } from './memory/page-session.ts'
import { EntryPage } from '../features/account/index.ts'
import { pathToEntry, pathToPrintedConversationId } from '../lib/routes.ts'
import { SessionProvider, useSession } from './chrome/session-context.tsx'
import { Shell } from './shell.tsx'

const PrintPage = lazyPart(async () => (await import('./pages/print-page.tsx')).PrintPage)

export function App({ i18n }: { readonly i18n: I18n }) {
  const [session] = useState(createPageSession)
  const userId = useStore(session.userId)
  const owner = useOwner(userId)
  return (
    <I18nProvider i18n={i18n}>
      <AnnouncerProvider>
        <ToastProvider>
          {/* Another person's page is another page: nothing of the one before is left in it. */}
          <ErrorBoundary key={owner} fallback={<BrokenPage />}>
            <UserPage session={session} />
          </ErrorBoundary>
        </ToastProvider>
      </AnnouncerProvider>
    </I18nProvider>
  )
}

/** The user that the page was made for. The first token identifies that user; a different user later discards the page's state. */
function useOwner(userId: string | null): string {
  const [owner, setOwner] = useState({ id: userId, generation: 0 })
  const isOther = userId !== null && owner.id !== null && userId !== owner.id
  useEffect(() => {
    if (userId === null || userId === owner.id) return
    // The open page belongs to the previous user.
    if (isOther) navigate(toFullPath('/'), { replace: true })
    // oxlint-disable-next-line react/set-state-in-effect -- the address changes first: the next user's page must not open it
    setOwner({ id: userId, generation: owner.generation + (isOther ? 1 : 0) })
  }, [userId, owner, isOther])
  return String(owner.generation)
}

function UserPage({ session }: { readonly session: PageSession }) {
  const { client } = session
  const [queryClient] = useState(createQueryClient)
  const [queryTransport] = useState(() => getUntypedClient(client.trpc))
  return (
    <SessionProvider value={session}>
      <HoldfastProvider client={client}>
        <trpc.Provider client={queryTransport} queryClient={queryClient}>
          <QueryClientProvider client={queryClient}>
            <Pages />
          </QueryClientProvider>
        </trpc.Provider>
      </HoldfastProvider>
    </SessionProvider>
  )
}

/** Print pages, and those by which somebody gets in, are rendered without the shell. */
function Pages() {
  const [path] = useLocation()
  const session = useSession()
  const isShutOut = useStore(session.isShutOut)
  const entry = pathToEntry(path)
  if (entry !== null || isShutOut) return <EntryPage entry={entry} path={path} onSessionChange={session.sessionChanged} />
  const printedId = pathToPrintedConversationId(path)
  return printedId === null ? <Shell /> : <PrintPage key={printedId} conversationId={printedId} />
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The activity stream reports changes.
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        // The browser's online state is not reliable here: the server may run on this very machine.
        networkMode: 'always',
        retry: (failures, error) => errorToFailure(error).kind === 'unreachable' && failures < 4,
        retryDelay: (attempt) => Math.min(15_000, 500 * 2 ** attempt),
      },
      mutations: { networkMode: 'always' },
    },
  })
}
