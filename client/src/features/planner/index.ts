import { lazyPart } from '../../ui/lazy-part.tsx'

export { plannerKey } from './store/planner-key.ts'
export type { ShownItem } from './parts/use-shown-item.ts'

/** Loaded on first use. */
export const PlannerPage = lazyPart(() => import('./planner-page.tsx').then((module) => module.PlannerPage))
export const PlannerPanel = lazyPart(() => import('./planner-panel.tsx').then((module) => module.PlannerPanel))
export const PlannerUndoDialog = lazyPart(
  () => import('./undo/planner-undo-dialog.tsx').then((module) => module.PlannerUndoDialog),
  {
    close: ({ onClose }) => onClose,
  },
)
