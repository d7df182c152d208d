export { Thread } from './thread.tsx'
export type { ThreadActions } from './thread-actions.ts'
