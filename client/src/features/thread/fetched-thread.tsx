import { lazyPart } from '../../ui/lazy-part.tsx'
import { ThreadSkeleton } from './thread-skeleton.tsx'
import type { ThreadProps } from './thread.tsx'

const LazyThread = lazyPart<ThreadProps>(async () => (await import('./thread.tsx')).Thread, { waiting: () => <ThreadSkeleton /> })

/** Fetches the code of the thread. What fails is tried again when a thread is shown. */
export async function loadThread(): Promise<void> {
  await LazyThread.load().catch(() => undefined)
}

/** The thread, whose code the page starts without; its outline until it is there. What stands below it stays in its place. */
export function FetchedThread(props: ThreadProps) {
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <LazyThread {...props} />
    </div>
  )
}
