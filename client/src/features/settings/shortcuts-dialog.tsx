import { useText } from '../../i18n/use-text.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { lazyPart } from '../../ui/lazy-part.tsx'

const ShortcutSettings = lazyPart(() => import('./shortcut-settings.tsx').then((module) => module.ShortcutSettings))

/** Which keys do what, at a glance. */
export function ShortcutsDialog(props: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const text = useText()
  return (
    <Dialog title={text('shortcuts')} width="wide" testId="shortcuts" {...props}>
      <ShortcutSettings isInColumns />
    </Dialog>
  )
}
