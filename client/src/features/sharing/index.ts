import { lazyPart } from '../../ui/lazy-part.tsx'

export const ShareDialog = lazyPart(() => import('./share-dialog.tsx').then((module) => module.ShareDialog), {
  close: ({ onClose }) => onClose,
})
export const ContinuePage = lazyPart(() => import('./continue-page.tsx').then((module) => module.ContinuePage))
