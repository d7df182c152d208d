import { SlidersHorizontal } from 'lucide-react'
import { useCallback, useState, type ReactNode } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { IconButton } from '../../ui/icon-button.tsx'

/** Opens the settings of an existing or a new conversation. */
export function SettingsDialogButton({ children }: { readonly children: (close: () => void) => ReactNode }) {
  const text = useText()
  const [isOpen, setOpen] = useState(false)
  const close = useCallback(() => setOpen(false), [])
  return (
    <>
      <IconButton
        label={text('conversation.settings')}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
        data-testid="open-conversation-settings"
      >
        <SlidersHorizontal size={16} aria-hidden />
      </IconButton>
      <Dialog title={text('conversation.settings')} isOpen={isOpen} onClose={close} testId="conversation-settings">
        {children(close)}
      </Dialog>
    </>
  )
}
