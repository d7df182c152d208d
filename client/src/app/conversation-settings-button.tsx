import type { Id } from '@holdfast/shared'
import { useConversation } from '../conversation-store/use-conversation.ts'
import { useClient } from '../transport/client-context.tsx'
import { lazyPart } from '../ui/lazy-part.tsx'
import { readBranch } from './branch-memory.ts'
import { SettingsDialogButton } from './settings-dialog-button.tsx'
import type { KnownModels } from './use-models.ts'

const ConversationSettings = lazyPart(() =>
  import('../features/conversations/conversation-settings.tsx').then((module) => module.ConversationSettings),
)

/** Opens what can be set for the conversation that is open. Nothing as long as the server does not know it. */
export function ConversationSettingsButton({
  conversationId,
  models,
}: {
  readonly conversationId: Id
  readonly models: KnownModels
}) {
  const client = useClient()
  const { conversation, deleted } = useConversation(client, conversationId, readBranch(conversationId)).view
  if (!conversation || deleted) return null
  return (
    <SettingsDialogButton>
      {(close) => (
        <ConversationSettings conversation={conversation} models={models.items} modelsWarning={models.warning} onClose={close} />
      )}
    </SettingsDialogButton>
  )
}
