import { lazyPart } from '../ui/lazy-part.tsx'
import type { AddModelDialogProps } from './add-model-dialog.tsx'

/** Loaded when it opens. */
export const AddModelDialog = lazyPart<AddModelDialogProps>(
  () => import('./add-model-dialog.tsx').then((module) => module.AddModelDialog),
  { close: ({ onClose }) => onClose },
)
