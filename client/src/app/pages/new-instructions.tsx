import { ScrollText, X } from 'lucide-react'
import { useText } from '../../i18n/use-text.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { useUserId } from '../chrome/session-context.tsx'
import { useStore } from '../../lib/use-store.ts'
import { changeNewConversation, newConversation, settingsOf } from '../memory/new-conversation.ts'

/** Shows the instructions for the next conversation above its composer, if there are any. */
export function NewInstructions() {
  const text = useText()
  const userId = useUserId()
  const { instructions } = settingsOf(useStore(newConversation), userId)
  if (instructions === '') return null
  return (
    <div className="flex items-center gap-2 px-1 text-[0.8125rem] text-faint" data-testid="new-instructions">
      <ScrollText size={14} aria-hidden className="shrink-0" />
      <p className="min-w-0 flex-1 truncate" title={instructions}>
        {text('conversation.instructions.new', { instructions })}
      </p>
      <IconButton
        label={text('conversation.instructions.remove')}
        size="small"
        onClick={() => changeNewConversation(userId, { instructions: '' })}
      >
        <X size={13} aria-hidden />
      </IconButton>
    </div>
  )
}
