import type { ReactNode } from 'react'
import { ConnectionNotice } from '../../features/connection/index.ts'
import { LimitNotice } from '../../features/usage/index.ts'
import { trpc } from '../../react/trpc-react.ts'
import { useStore } from '../../lib/use-store.ts'
import { DemoNotice, UpdateNotice } from '../chrome/notices.tsx'
import { StorageNotice } from '../chrome/storage-notice.tsx'
import { useSession } from '../chrome/session-context.tsx'
import { SignedOutNotice } from '../chrome/signed-out-notice.tsx'

/** The composer, with the notices above it. */
export function ComposerArea({ isAnswerRunning, children }: { readonly isAnswerRunning: boolean; readonly children: ReactNode }) {
  const isSignedOut = useStore(useSession().isSignedOut)
  const info = trpc.system.info.useQuery().data
  return (
    <div
      className="mx-auto w-full max-w-[46rem] shrink-0 space-y-2 px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-6 sm:pb-5 short:pb-[max(0.375rem,env(safe-area-inset-bottom))]"
      data-chrome=""
    >
      {isSignedOut ? <SignedOutNotice /> : <ConnectionNotice isAnswerRunning={isAnswerRunning} />}
      <div className="space-y-2 empty:hidden short:hidden">
        <StorageNotice />
        <UpdateNotice info={info} isAnswerRunning={isAnswerRunning} />
        <DemoNotice info={info} />
        {!isSignedOut && <LimitNotice isAnswerRunning={isAnswerRunning} />}
      </div>
      {children}
    </div>
  )
}
