// One file, and so one download, for both.
export { ContinuePage } from './continue-page.tsx'
export { ShareDialog } from './share-dialog.tsx'
