import { webhookEvents, type Webhook, type WebhookEvent } from '@holdfast/shared'
import { useRef, useState } from 'react'
import { v7 as uuidv7 } from 'uuid'
import { useText } from '../../../i18n/use-text.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { errorToFailure } from '../../../sdk/transport/failure.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { Tick } from './tick.tsx'

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
  // A retry after a lost response uses the same id, so that only one webhook is made.
  const webhookId = useRef(uuidv7())
  const failure = create.isError ? errorToFailure(create.error) : null
  const change = (apply: () => void) => {
    webhookId.current = uuidv7()
    apply()
  }
  const submit = () => {
    const input = { webhookId: webhookId.current, url: url.trim(), description: description.trim(), includeText }
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
      {failure && (
        <Problem>
          {failure.kind === 'refused' ? (failure.issues[0]?.message ?? failure.message) : text('failed.unreachable')}
        </Problem>
      )}
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
