import { ContinuePage } from './continue-page.tsx'
import { ShareDialog, type ShareDialogProps } from './share-dialog.tsx'

/** The dialog for links; without it, the page that copies a shared conversation. One download for both. */
export function Sharing({ dialog }: { readonly dialog?: ShareDialogProps }) {
  return dialog ? <ShareDialog {...dialog} /> : <ContinuePage />
}
