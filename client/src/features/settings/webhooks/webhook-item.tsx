import type { Webhook } from '@holdfast/shared'
import { CircleAlert, Webhook as WebhookIcon } from 'lucide-react'
import { useState } from 'react'
import { locale } from '../../../i18n/locale.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { ConfirmRow } from '../../../ui/confirm-row.tsx'
import { formatWhen } from '../../../ui/format-time.ts'
import { WebhookDeliveries } from './webhook-deliveries.tsx'

export interface WebhookItemProps {
  readonly webhook: Webhook
  readonly onSwitch: () => void
  readonly onDelete: () => void
}

/** A webhook in the list, with its deliveries when they are asked for. */
export function WebhookItem({ webhook, onSwitch, onDelete }: WebhookItemProps) {
  const text = useText()
  const [isOpen, setOpen] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const name = webhook.description === '' ? webhook.url : webhook.description
  return (
    <li className="py-3" data-testid="webhook" data-webhook-id={webhook.id}>
      <div className="flex items-start gap-3">
        <WebhookIcon size={15} aria-hidden className="mt-1 shrink-0 text-faint" />
        <div className="min-w-0 flex-1 text-sm">
          <p className="font-medium wrap-anywhere">{name}</p>
          {name !== webhook.url && <p className="font-mono text-xs wrap-anywhere text-faint">{webhook.url}</p>}
          <p className="mt-0.5 text-xs text-faint">
            {webhook.events.map((event) => text(`webhooks.event.${event}`)).join(' · ')}
            {webhook.includeText && ` · ${text('webhooks.with-text')}`}
          </p>
          <WebhookState webhook={webhook} />
          <div className="mt-1.5 -ml-2 flex flex-wrap gap-1">
            <Button size="narrow" tone="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} data-testid="deliveries">
              {text('webhooks.deliveries')}
            </Button>
            <Button
              size="narrow"
              tone="quiet"
              aria-label={text(webhook.active ? 'webhooks.switch-off.label' : 'webhooks.switch-on.label', { name })}
              onClick={onSwitch}
              data-testid="switch-webhook"
            >
              {text(webhook.active ? 'webhooks.switch-off' : 'webhooks.switch-on')}
            </Button>
            {!isAsking && (
              <Button
                size="narrow"
                tone="quiet"
                aria-label={text('webhooks.delete.label', { name })}
                onClick={() => setAsking(true)}
              >
                {text('webhooks.delete')}
              </Button>
            )}
          </div>
        </div>
      </div>
      {isAsking && (
        <ConfirmRow
          label={text('webhooks.delete.label', { name })}
          about={text('webhooks.delete.about')}
          action={text('webhooks.delete')}
          onKeep={() => setAsking(false)}
          onConfirm={onDelete}
          testId="delete-webhook"
        />
      )}
      {isOpen && <WebhookDeliveries webhook={webhook} />}
    </li>
  )
}

/** Nothing while all is well. */
function WebhookState({ webhook: { active, stopped, failingSince } }: { readonly webhook: Webhook }) {
  const text = useText()
  if (active && failingSince === null) return null
  if (!active && stopped === null) return <p className="mt-0.5 text-xs font-medium text-soft">{text('webhooks.off')}</p>
  const when = failingSince === null ? '' : formatWhen(failingSince, locale)
  return (
    <p className="mt-0.5 flex items-start gap-1 text-xs text-danger-ink" data-testid="webhook-trouble">
      <CircleAlert size={12} aria-hidden className="mt-0.5 shrink-0" />
      {stopped === null ? text('webhooks.failing', { when }) : text(`webhooks.stopped.${stopped}`)}
    </p>
  )
}
