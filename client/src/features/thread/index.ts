// This chunk is requested in parallel with the thread's, not after it.
import '../../markdown/markdown.tsx'

export { FetchedThread, loadThread } from './fetched-thread.tsx'
export { ThreadSkeleton } from './thread-skeleton.tsx'
export type { ThreadActions } from './model/thread-actions.ts'
export { ModelChoicesContext } from './model/model-choices.ts'
export type { ScrollAnchor } from './model/scroll-anchor.ts'
export type { ThreadHandle } from './model/thread-handle.ts'
