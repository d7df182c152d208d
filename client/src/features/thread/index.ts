export { Thread } from './thread.tsx'
export type { ThreadActions } from './thread-actions.ts'
export type { PlannerItem } from './tool-call-item.ts'
export { ModelChoicesContext } from './other-model-button.tsx'
