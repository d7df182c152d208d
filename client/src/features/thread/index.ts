// Its own part is asked for beside the thread's, not after it.
import '../../ui/markdown/markdown.tsx'

export { FetchedThread, loadThread } from './fetched-thread.tsx'
export { ThreadSkeleton } from './thread-skeleton.tsx'
export type { ThreadActions } from './thread-actions.ts'
export type { PlannerItem } from './tool-call-item.ts'
export { ModelChoicesContext } from './model-choices.ts'
export type { Place } from './place.ts'
export { showLastAnswer } from './last-answer-request.ts'
export { openFind } from './find/find-request.ts'
