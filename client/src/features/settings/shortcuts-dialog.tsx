import '../../i18n/later-english.ts'
import { useText } from '../../i18n/use-text.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { lazyPart } from '../../ui/lazy-part.tsx'

const ShortcutSettings = lazyPart(() => import('./shortcut-settings.tsx').then((module) => module.ShortcutSettings))

export interface ShortcutsDialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** A dialog with all shortcuts. */
export function ShortcutsDialog(props: ShortcutsDialogProps) {
  const text = useText()
  return (
    <Dialog title={text('shortcuts')} width="wide" testId="shortcuts" {...props}>
      <ShortcutSettings isInColumns />
    </Dialog>
  )
}
