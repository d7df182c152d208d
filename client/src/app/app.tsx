import { I18nProvider } from '@lingui/react'
import type { I18n } from '@lingui/core'
import { getUntypedClient } from '@trpc/client'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { navigate } from 'wouter/use-browser-location'
import { errorToFailure } from '../transport/failure.ts'
import { ClientProvider } from '../transport/client-context.tsx'
import { trpc } from '../transport/trpc-react.ts'
import { AnnouncerProvider } from '../ui/announcer.tsx'
import { lazyPart } from '../ui/lazy-part.tsx'
import { PartBoundary } from '../ui/part-boundary.tsx'
import { ToastProvider } from '../ui/toasts.tsx'
import { useStore } from '../use-store.ts'
import { BrokenPage } from './broken-page.tsx'
import { createPageSession, type PageSession } from './page-session.ts'
import { pathToPrintedConversationId } from './routes.ts'
import { SessionProvider } from './session-context.tsx'
import { Shell } from './shell.tsx'

const PrintPage = lazyPart(async () => (await import('./print-page.tsx')).PrintPage)

export function App({ i18n }: { readonly i18n: I18n }) {
  const [session] = useState(createPageSession)
  const userId = useStore(session.userId)
  const owner = useOwner(userId)
  return (
    <I18nProvider i18n={i18n}>
      <AnnouncerProvider>
        <ToastProvider>
          {/* Another person's page is another page: nothing of the one before is left in it. */}
          <PartBoundary key={owner} fallback={() => <BrokenPage />}>
            <UserPage session={session} />
          </PartBoundary>
        </ToastProvider>
      </AnnouncerProvider>
    </I18nProvider>
  )
}

/** Who the page was made for. The first token only tells who that is; a later, different one makes it somebody else's. */
function useOwner(userId: string | null): string {
  const [owner, setOwner] = useState({ id: userId, generation: 0 })
  const isOther = userId !== null && owner.id !== null && userId !== owner.id
  useEffect(() => {
    if (userId === null || userId === owner.id) return
    // What was open belongs to the one before.
    if (isOther) navigate('/', { replace: true })
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
      <ClientProvider value={client}>
        <trpc.Provider client={queryTransport} queryClient={queryClient}>
          <QueryClientProvider client={queryClient}>
            <Pages />
          </QueryClientProvider>
        </trpc.Provider>
      </ClientProvider>
    </SessionProvider>
  )
}

/** What is for paper has no frame around it. */
function Pages() {
  const [path] = useLocation()
  const printedId = pathToPrintedConversationId(path)
  return printedId === null ? <Shell /> : <PrintPage key={printedId} conversationId={printedId} />
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The activity stream says when something changed.
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        // What the device says about its network is not the truth: the server may be on this very machine.
        networkMode: 'always',
        retry: (failures, error) => errorToFailure(error).kind === 'unreachable' && failures < 4,
        retryDelay: (attempt) => Math.min(15_000, 500 * 2 ** attempt),
      },
      mutations: { networkMode: 'always' },
    },
  })
}
