import { lazyPart } from '../../ui/lazy-part.tsx'

export { plannerKey } from './planner-key.ts'
export type { ShownItem } from './use-shown-item.ts'

/** Fetched when it is first shown. */
export const PlannerPage = lazyPart(() => import('./planner-page.tsx').then((module) => module.PlannerPage))
export const PlannerPanel = lazyPart(() => import('./planner-panel.tsx').then((module) => module.PlannerPanel))
