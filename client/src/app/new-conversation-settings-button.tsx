import type { Id } from '@holdfast/shared'
import { lazyPart } from '../ui/lazy-part.tsx'
import { useStore } from '../use-store.ts'
import { changeNewConversation, newConversation, settingsOf } from './new-conversation.ts'
import { SettingsDialogButton } from './settings-dialog-button.tsx'
import type { KnownModels } from './use-models.ts'

const NewConversationSettings = lazyPart(() =>
  import('../features/conversations/new-conversation-settings.tsx').then((module) => module.NewConversationSettings),
)

/** Opens what can be set for a conversation before its first message. */
export function NewConversationSettingsButton({ userId, models }: { readonly userId: Id | null; readonly models: KnownModels }) {
  const settings = settingsOf(useStore(newConversation), userId)
  return (
    <SettingsDialogButton>
      {(close) => (
        <NewConversationSettings
          settings={settings}
          models={models.items}
          modelsWarning={models.warning}
          onSave={(next) => changeNewConversation(userId, next)}
          onClose={close}
        />
      )}
    </SettingsDialogButton>
  )
}
