import type { Message } from '@holdfast/shared'
import { CircleAlert, CloudOff } from 'lucide-react'
import { useText } from '../../../i18n/use-text.ts'
import { useStore } from '../../../lib/use-store.ts'
import { useClient } from '../../../react/client-context.tsx'
import type { Delivery } from '../../../sdk/conversation-store/conversation-view.ts'
import { Button } from '../../../ui/button.tsx'
import { useSecondsUntil } from '../../../ui/seconds-until.ts'
import type { ThreadActions } from '../model/thread-actions.ts'

/** The status and the actions below a message that the server does not have yet. */
export function DeliveryNote(props: { readonly delivery: Delivery; readonly message: Message; readonly actions: ThreadActions }) {
  const { delivery, actions } = props
  const { content, parts } = props.message
  const text = useText()
  const seconds = useSecondsUntil(delivery.retryAt)
  const isFailed = delivery.state === 'failed'
  const { uploads } = useClient()
  // Renders again when a file has arrived.
  useStore(uploads)
  const isWaiting = uploads.hasPending(parts.flatMap((part) => (part.type === 'file' ? [part.fileId] : [])))
  if (delivery.state === 'sending' && !isWaiting) {
    return <p className="mt-1 h-5 text-right text-xs text-faint">{text('delivery.sending')}</p>
  }
  const sentence = isFailed
    ? text('delivery.failed', { reason: delivery.failure?.message ?? '' })
    : isWaiting
      ? text('files.delivery')
      : delivery.needsSignIn
        ? text('delivery.sign-in')
        : seconds !== null && seconds > 15
          ? text('delivery.rate-limited', { seconds })
          : text('delivery.unsent')
  return (
    <div
      className={`mt-1.5 flex flex-wrap items-center justify-end gap-x-2 gap-y-1 text-sm ${isFailed ? 'text-danger-ink' : 'text-soft'}`}
      role="status"
    >
      <span className="flex min-w-0 items-start gap-2">
        {isFailed ? (
          <CircleAlert size={15} aria-hidden className="mt-0.5 shrink-0" />
        ) : (
          <CloudOff size={15} aria-hidden className="mt-0.5 shrink-0" />
        )}
        <span>
          {sentence}
          {!delivery.isKept && ` ${text('delivery.unkept')}`}
        </span>
      </span>
      <Button size="small" onClick={() => actions.takeBack(delivery.requestId, content)} data-testid="unsent-edit">
        {text('delivery.edit')}
      </Button>
      <Button size="small" tone="quiet" onClick={() => actions.discard(delivery.requestId)} data-testid="unsent-discard">
        {text('delivery.discard')}
      </Button>
    </div>
  )
}
