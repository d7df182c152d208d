import type { Id } from '@holdfast/shared'
import { SlidersHorizontal } from 'lucide-react'
import { useCallback, useState } from 'react'
import { useConversation } from '../conversation-store/use-conversation.ts'
import { useText } from '../i18n/use-text.ts'
import { useClient } from '../transport/client-context.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { lazyPart } from '../ui/lazy-part.tsx'
import { readBranch } from './branch-memory.ts'
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
  const text = useText()
  const client = useClient()
  const { conversation, deleted } = useConversation(client, conversationId, readBranch(conversationId)).view
  const [isOpen, setOpen] = useState(false)
  const close = useCallback(() => setOpen(false), [])
  if (!conversation || deleted) return null
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
        <ConversationSettings conversation={conversation} models={models.items} modelsWarning={models.warning} onClose={close} />
      </Dialog>
    </>
  )
}
