import type { Id } from '@holdfast/shared'
import { ScrollText, X } from 'lucide-react'
import { useText } from '../i18n/use-text.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { useStore } from '../use-store.ts'
import { changeNewConversation, newConversation, settingsOf } from './new-conversation.ts'

/** What the next conversation is told before everything else, where one writes its first message. Nothing while there is nothing. */
export function NewInstructions({ userId }: { readonly userId: Id | null }) {
  const text = useText()
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
