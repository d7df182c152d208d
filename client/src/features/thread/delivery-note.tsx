import { CircleAlert, CloudOff } from 'lucide-react'
import { useText } from '../../i18n/use-text.ts'
import type { Delivery } from '../../conversation-store/conversation-view.ts'
import { Button } from '../../ui/button.tsx'
import { useSecondsUntil } from '../../ui/seconds-until.ts'
import type { ThreadActions } from './thread-actions.ts'

/** Below a message that the server does not have yet: what is happening to it, and what can be done. */
export function DeliveryNote(props: { readonly delivery: Delivery; readonly content: string; readonly actions: ThreadActions }) {
  const { delivery, content, actions } = props
  const text = useText()
  const seconds = useSecondsUntil(delivery.retryAt)
  const isFailed = delivery.state === 'failed'
  if (delivery.state === 'sending') {
    return <p className="mt-1 h-5 text-right text-xs text-faint">{text('delivery.sending')}</p>
  }
  const sentence = isFailed
    ? text('delivery.failed', { reason: delivery.failure?.message ?? '' })
    : delivery.needsSignIn
      ? text('delivery.sign-in')
      : seconds !== null && seconds > 15
        ? text('delivery.later', { seconds })
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
        {sentence}
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
