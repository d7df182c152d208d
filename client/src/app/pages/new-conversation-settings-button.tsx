import { lazyPart } from '../../ui/lazy-part.tsx'
import { useStore } from '../../lib/use-store.ts'
import { changeNewConversation, newConversation, settingsOf } from '../memory/new-conversation.ts'
import { SettingsDialogButton } from '../chrome/settings-dialog-button.tsx'
import { useModels } from '../chrome/use-models.ts'
import { useUserId } from '../chrome/session-context.tsx'

const NewConversationSettings = lazyPart(() =>
  import('../../features/conversations/new-conversation-settings.tsx').then((module) => module.NewConversationSettings),
)

/** Opens the settings of a conversation before its first message. */
export function NewConversationSettingsButton() {
  const userId = useUserId()
  const models = useModels()
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
