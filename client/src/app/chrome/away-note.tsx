import { useText } from '../../i18n/use-text.ts'
import { CenteredMessage } from '../../ui/centered-message.tsx'

/**
 * Says that the conversation could not be loaded because the server is out of reach.
 * @param isAlone there is nothing else to show: no message is waiting to be sent.
 */
export function AwayNote({ isAlone }: { readonly isAlone: boolean }) {
  const text = useText()
  if (!isAlone) {
    return (
      <div className="mx-auto w-full max-w-[46rem] px-5 pt-2 text-center sm:px-8" data-testid="conversation-away">
        <h1 className="sr-only">{text('conversation.offline')}</h1>
        <p className="text-sm text-faint">{text('conversation.offline.earlier')}</p>
      </div>
    )
  }
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <CenteredMessage title={text('conversation.offline')} testId="conversation-away">
        {text('conversation.offline.about')}
      </CenteredMessage>
    </div>
  )
}
