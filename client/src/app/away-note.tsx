import { useText } from '../i18n/use-text.ts'
import { CenteredMessage } from '../ui/centered-message.tsx'

/**
 * Nothing of the conversation could be read since the page was opened, and the server is out of reach.
 * @param isAlone there is nothing else to show: no message waits here to be sent.
 */
export function AwayNote({ isAlone }: { readonly isAlone: boolean }) {
  const text = useText()
  if (!isAlone) {
    return (
      <div className="mx-auto w-full max-w-[46rem] px-5 pt-2 text-center sm:px-8" data-testid="conversation-away">
        <h1 className="sr-only">{text('conversation.away')}</h1>
        <p className="text-sm text-faint">{text('conversation.away.above')}</p>
      </div>
    )
  }
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <CenteredMessage title={text('conversation.away')} testId="conversation-away">
        {text('conversation.away.about')}
      </CenteredMessage>
    </div>
  )
}
