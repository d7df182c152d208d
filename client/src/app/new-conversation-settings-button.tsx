import type { Id } from '@holdfast/shared'
import { SlidersHorizontal } from 'lucide-react'
import { useCallback, useState } from 'react'
import { useText } from '../i18n/use-text.ts'
import { Dialog } from '../ui/dialog.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { lazyPart } from '../ui/lazy-part.tsx'
import { useStore } from '../use-store.ts'
import { changeNewConversation, newConversation, settingsOf } from './new-conversation.ts'
import type { KnownModels } from './use-models.ts'

const NewConversationSettings = lazyPart(() =>
  import('../features/conversations/new-conversation-settings.tsx').then((module) => module.NewConversationSettings),
)

/** Opens what can be set for a conversation before its first message. */
export function NewConversationSettingsButton({ userId, models }: { readonly userId: Id | null; readonly models: KnownModels }) {
  const text = useText()
  const settings = settingsOf(useStore(newConversation), userId)
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
        <NewConversationSettings
          settings={settings}
          models={models.items}
          modelsWarning={models.warning}
          onSave={(next) => changeNewConversation(userId, next)}
          onClose={close}
        />
      </Dialog>
    </>
  )
}
