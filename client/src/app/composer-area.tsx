import type { ReactNode } from 'react'
import { ConnectionNotice } from '../features/connection/index.ts'
import { trpc } from '../transport/trpc-react.ts'
import { useStore } from '../use-store.ts'
import { DemoNotice, UpdateNotice } from './notices.tsx'
import { useSession } from './session-context.tsx'
import { SignedOutNotice } from './signed-out-notice.tsx'

/** The composer, with what has to be said above it. */
export function ComposerArea({ isAnswerRunning, children }: { readonly isAnswerRunning: boolean; readonly children: ReactNode }) {
  const isSignedOut = useStore(useSession().isSignedOut)
  const info = trpc.system.info.useQuery().data
  return (
    <div
      className="mx-auto w-full max-w-[46rem] shrink-0 space-y-2 px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-6 sm:pb-5"
      data-chrome=""
    >
      {isSignedOut ? <SignedOutNotice /> : <ConnectionNotice isAnswerRunning={isAnswerRunning} />}
      <UpdateNotice info={info} isAnswerRunning={isAnswerRunning} />
      <DemoNotice info={info} />
      {children}
    </div>
  )
}
