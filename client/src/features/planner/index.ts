import { lazy } from 'react'

export { plannerKey } from './planner-key.ts'
export type { ShownItem } from './use-shown-item.ts'

/** Fetched when it is first shown. */
export const PlannerPage = lazy(() => import('./planner-page.tsx').then((module) => ({ default: module.PlannerPage })))
export const PlannerPanel = lazy(() => import('./planner-panel.tsx').then((module) => ({ default: module.PlannerPanel })))
