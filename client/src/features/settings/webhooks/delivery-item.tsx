import type { WebhookDelivery } from '@holdfast/shared'
import { Check, CircleAlert, Clock } from 'lucide-react'
import { locale } from '../../../i18n/locale.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { formatWhen } from '../../../ui/format-time.ts'

const icons = { pending: Clock, delivered: Check, failed: CircleAlert }

export interface DeliveryItemProps {
  readonly delivery: WebhookDelivery
  readonly mayReplay: boolean
  readonly onReplay: () => void
}

/** One delivery: what it was about, what became of it, and the body that is sent. */
export function DeliveryItem({ delivery, mayReplay, onReplay }: DeliveryItemProps) {
  const text = useText()
  const { event, state, attempts, lastError, createdAt, nextAttemptAt, payload } = delivery
  const Icon = icons[state]
  const when = formatWhen(createdAt, locale)
  const what = text(`webhooks.event.${event}`)
  return (
    <li className="py-2 text-sm" data-testid="delivery" data-state={state}>
      <div className="flex items-start gap-2">
        <Icon size={14} aria-hidden className={`mt-1 shrink-0 ${state === 'failed' ? 'text-danger-ink' : 'text-faint'}`} />
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap gap-x-2">
            <span>{what}</span>
            <span className="text-xs leading-5 text-faint tabular-nums">{when}</span>
          </p>
          <p className="text-xs text-faint">
            {text(`webhooks.delivery.${state}`, { count: attempts })}
            {state === 'pending' && attempts > 0 && nextAttemptAt !== null && (
              <> · {text('webhooks.delivery.next', { when: formatWhen(nextAttemptAt, locale) })}</>
            )}
          </p>
          {lastError !== null && <p className="text-xs wrap-anywhere text-danger-ink">{lastError}</p>}
          <details className="mt-1">
            <summary className="w-fit cursor-pointer rounded-sm text-xs text-soft touch:py-2">
              {text('webhooks.delivery.payload')}
            </summary>
            <pre
              tabIndex={0}
              role="group"
              aria-label={text('webhooks.delivery.payload')}
              className="mt-1 max-h-48 overflow-auto rounded-sm bg-code px-2.5 py-2 font-mono text-xs wrap-anywhere whitespace-pre-wrap"
            >
              {payload}
            </pre>
          </details>
        </div>
        {mayReplay && (
          <Button
            size="narrow"
            tone="quiet"
            aria-label={text('webhooks.replay.label', { what, when })}
            onClick={onReplay}
            data-testid="replay"
          >
            {text('webhooks.replay')}
          </Button>
        )}
      </div>
    </li>
  )
}
