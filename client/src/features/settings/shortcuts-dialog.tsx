import { lazy, Suspense } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Dialog } from '../../ui/dialog.tsx'

const ShortcutSettings = lazy(() => import('./shortcut-settings.tsx').then((module) => ({ default: module.ShortcutSettings })))

/** Which keys do what, at a glance. */
export function ShortcutsDialog(props: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const text = useText()
  return (
    <Dialog title={text('shortcuts')} width="wide" testId="shortcuts" {...props}>
      <Suspense fallback={null}>
        <ShortcutSettings isInColumns />
      </Suspense>
    </Dialog>
  )
}
