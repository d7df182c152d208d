import type { Webhook } from '@holdfast/shared'
import { useEffect, useRef } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { Copyable } from '../../../ui/copyable.tsx'

/** A webhook that was just created. Its secret is shown only this once. */
export function MadeWebhook({
  made,
  onDone,
}: {
  readonly made: Webhook & { readonly secret: string }
  readonly onDone: () => void
}) {
  const text = useText()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <section className="space-y-4 rounded-md border border-accent/40 bg-accent-wash/40 p-4" data-testid="made-webhook">
      <div>
        <h3 ref={heading} tabIndex={-1} className="font-medium outline-none">
          {text('webhooks.created')}
        </h3>
        <p className="mt-0.5 text-sm text-soft">{text('webhooks.created.about')}</p>
      </div>
      <Copyable label={text('webhooks.secret')} content={made.secret} testId="webhook-secret" />
      <Button onClick={onDone} data-testid="webhook-done">
        {text('webhooks.created.done')}
      </Button>
    </section>
  )
}
