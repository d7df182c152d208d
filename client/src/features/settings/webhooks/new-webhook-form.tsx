import { webhookEvents, type Webhook, type WebhookEvent } from '@holdfast/shared'
import { useState } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { errorToFieldSentence } from '../../../react/error-to-sentence.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { Tick } from '../../../ui/tick.tsx'
import { useNewId } from '../use-new-id.ts'

const maxUrlLength = 2_000
const maxDescriptionLength = 200

/** The address, the name and the events of a new webhook. */
export function NewWebhookForm({ onMade }: { readonly onMade: (webhook: Webhook & { readonly secret: string }) => void }) {
  const text = useText()
  const [url, setUrl] = useState('')
  const [description, setDescription] = useState('')
  const [events, setEvents] = useState<readonly WebhookEvent[]>(webhookEvents)
  const [includeText, setIncludeText] = useState(false)
  const create = trpc.webhooks.create.useMutation()
  const webhookId = useNewId()
  const change = (apply: () => void) => {
    webhookId.renew()
    apply()
  }
  const submit = () => {
    const input = { webhookId: webhookId.read(), url: url.trim(), description: description.trim(), includeText }
    create.mutate({ ...input, events: [...events] }, { onSuccess: onMade })
  }
  return (
    <form
      className="space-y-4"
      data-testid="new-webhook-form"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Field
        label={text('webhooks.url')}
        hint={text('webhooks.url.hint')}
        name="webhook-url"
        type="url"
        autoComplete="off"
        required
        maxLength={maxUrlLength}
        value={url}
        onChange={(event) => change(() => setUrl(event.target.value))}
      />
      <Field
        label={text('webhooks.description')}
        name="webhook-description"
        autoComplete="off"
        maxLength={maxDescriptionLength}
        value={description}
        onChange={(event) => change(() => setDescription(event.target.value))}
      />
      <fieldset>
        <legend className="mb-1 text-sm font-medium">{text('webhooks.events')}</legend>
        <div className="space-y-1.5">
          {webhookEvents.map((event) => (
            <Tick
              key={event}
              label={text(`webhooks.event.${event}`)}
              isOn={events.includes(event)}
              onChange={(isOn) =>
                change(() => setEvents(webhookEvents.filter((other) => (other === event ? isOn : events.includes(other)))))
              }
            />
          ))}
        </div>
      </fieldset>
      <Tick
        label={text('webhooks.include-text')}
        hint={text('webhooks.include-text.about')}
        isOn={includeText}
        onChange={(isOn) => change(() => setIncludeText(isOn))}
      />
      {create.isError && <Problem>{errorToFieldSentence(create.error, text)}</Problem>}
      <Button
        type="submit"
        tone="accent"
        disabled={create.isPending || url.trim() === '' || events.length === 0}
        data-testid="make-webhook"
      >
        {text('webhooks.create')}
      </Button>
    </form>
  )
}
