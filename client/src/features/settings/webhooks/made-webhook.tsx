import type { Webhook } from '@holdfast/shared'
import { useText } from '../../../i18n/use-text.ts'
import { Copyable } from '../../../ui/copyable.tsx'
import { ShownOnce } from '../shown-once.tsx'

export interface MadeWebhookProps {
  readonly made: Webhook & { readonly secret: string }
  readonly onDone: () => void
}

/** A webhook that was just created. Its secret is shown only this once. */
export function MadeWebhook({ made, onDone }: MadeWebhookProps) {
  const text = useText()
  return (
    <ShownOnce
      title={text('webhooks.created')}
      about={text('webhooks.created.about')}
      done={text('webhooks.created.done')}
      onDone={onDone}
      testIds={{ panel: 'made-webhook', done: 'webhook-done' }}
    >
      <Copyable label={text('webhooks.secret')} content={made.secret} testId="webhook-secret" />
    </ShownOnce>
  )
}
