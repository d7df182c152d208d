import type { Id } from '@holdfast/shared'
import { useConversation } from '../../react/use-conversation.ts'
import { lazyPart } from '../../ui/lazy-part.tsx'
import { readBranch } from '../memory/branch-memory.ts'
import { SettingsDialogButton } from '../chrome/settings-dialog-button.tsx'
import { useModels } from '../chrome/use-models.ts'

const ConversationSettings = lazyPart(() =>
  import('../../features/conversations/conversation-settings.tsx').then((module) => module.ConversationSettings),
)

/** Opens the settings of the open conversation. Renders nothing until the server knows the conversation. */
export function ConversationSettingsButton({ conversationId }: { readonly conversationId: Id }) {
  const models = useModels()
  const { conversation, deleted } = useConversation(conversationId, readBranch(conversationId)).view
  if (!conversation || deleted) return null
  return (
    <SettingsDialogButton>
      {(close) => (
        <ConversationSettings conversation={conversation} models={models.items} modelsWarning={models.warning} onClose={close} />
      )}
    </SettingsDialogButton>
  )
}
