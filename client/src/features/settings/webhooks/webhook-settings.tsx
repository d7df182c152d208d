import type { Webhook } from '@holdfast/shared'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { Button } from '../../../ui/button.tsx'
import { Skeleton } from '../../../ui/skeleton.tsx'
import { useToast } from '../../../ui/toasts.tsx'
import { useListHeading } from '../use-list-heading.ts'
import { MadeWebhook } from './made-webhook.tsx'
import { NewWebhookForm } from './new-webhook-form.tsx'
import { WebhookItem } from './webhook-item.tsx'
import { useFailureToast } from '../../../react/use-failure-toast.ts'

/** Lists, creates, switches and deletes webhooks, and shows what they were sent. */
export function WebhookSettings() {
  const text = useText()
  const toast = useToast()
  const showFailure = useFailureToast()
  const { attach, focus, focusOnReturn } = useListHeading()
  const list = trpc.webhooks.list.useQuery(undefined, { refetchOnMount: 'always' })
  const update = trpc.webhooks.update.useMutation()
  const remove = trpc.webhooks.delete.useMutation()
  const [step, setStep] = useState<'list' | 'form' | (Webhook & { readonly secret: string })>('list')
  const options = {
    onError: showFailure,
    onSettled: () => void list.refetch(),
  }
  const onDelete = (webhook: Webhook) => {
    focus()
    remove.mutate({ webhookId: webhook.id }, { ...options, onSuccess: () => toast({ text: text('webhooks.deleted') }) })
  }

  if (typeof step === 'object') {
    const onDone = () => {
      focusOnReturn()
      setStep('list')
    }
    return <MadeWebhook made={step} onDone={onDone} />
  }
  return (
    <div className="space-y-4" data-testid="webhook-settings">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-48 flex-1">
          <h3 ref={attach} tabIndex={-1} className="font-medium outline-none">
            {text('settings.webhooks')}
          </h3>
          <p className="mt-0.5 text-sm text-soft">{text('webhooks.about')}</p>
        </div>
        {step === 'list' && (
          <Button size="small" onClick={() => setStep('form')} data-testid="new-webhook">
            <Plus size={14} aria-hidden />
            {text('webhooks.new')}
          </Button>
        )}
      </div>
      {step === 'form' && (
        <div className="rounded-md border border-line p-4">
          <NewWebhookForm
            onMade={(made) => {
              setStep(made)
              void list.refetch()
            }}
          />
        </div>
      )}
      {list.isPending && <Skeleton className="w-2/3" />}
      {list.isError && (
        <p className="flex flex-wrap items-center gap-3 text-sm text-faint" role="alert">
          {text('webhooks.list.failed')}
          <Button size="small" onClick={() => void list.refetch()}>
            {text('try-again')}
          </Button>
        </p>
      )}
      {list.data && list.data.items.length > 0 && (
        <ul className="divide-y divide-line border-y border-line" aria-label={text('settings.webhooks')}>
          {list.data.items.map((webhook) => (
            <WebhookItem
              key={webhook.id}
              webhook={webhook}
              onSwitch={() => update.mutate({ webhookId: webhook.id, active: !webhook.active }, options)}
              onDelete={() => onDelete(webhook)}
            />
          ))}
        </ul>
      )}
      {list.data?.items.length === 0 && step === 'list' && <p className="text-sm text-faint">{text('webhooks.none')}</p>}
    </div>
  )
}
