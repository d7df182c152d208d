import type { Id, messagesRequestOutput } from '@holdfast/shared'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { z } from 'zod'
import { locale } from '../../../i18n/locale.ts'
import { useText } from '../../../i18n/use-text.ts'
import { modelToName } from '../../../lib/model-name.ts'
import { useClient } from '../../../react/client-context.tsx'
import { Button } from '../../../ui/button.tsx'
import { focusOnce } from '../../../ui/focus-once.ts'
import { formatShortCount } from '../../../ui/format-amount.ts'
import { formatDateTime } from '../../../ui/format-time.ts'
import { JsonView } from '../../../ui/json-view.tsx'
import { requestToTurns } from './request-to-turns.ts'

type Shown = NonNullable<z.infer<typeof messagesRequestOutput>['shown']>

/** What a model was asked for an answer, in one of its calls. */
export function SentRequest({ messageId, onBack }: { readonly messageId: Id; readonly onBack: () => void }) {
  const text = useText()
  const { trpc } = useClient()
  const [chosen, setChosen] = useState<{ step: number; attempt: number } | null>(null)
  const request = useQuery({
    queryKey: ['messages', 'request', messageId, chosen],
    queryFn: ({ signal }) => trpc.messages.request.query({ messageId, ...chosen }, { signal }),
    // The steps stay where they are while another one is fetched.
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
  })
  const shown = request.data?.shown
  const pressed = chosen ?? shown
  return (
    <div className="space-y-4 text-sm" data-testid="sent-request">
      <Button size="small" ref={focusOnce} onClick={onBack}>
        {text('answer-details.request.back')}
      </Button>
      {request.isPending && <p role="status">{text('loading')}</p>}
      {request.isError && (
        <div className="flex items-center gap-3 text-soft">
          <p role="alert">{text('answer-details.failed')}</p>
          <Button size="small" onClick={() => void request.refetch()}>
            {text('try-again')}
          </Button>
        </div>
      )}
      {request.isSuccess && request.data.calls.length > 1 && (
        <div role="group" aria-label={text('answer-details.request.calls')} className="flex flex-wrap gap-2">
          {request.data.calls.map(({ step, attempt }) => (
            <Button
              key={`${step} ${attempt}`}
              size="small"
              aria-pressed={pressed?.step === step && pressed.attempt === attempt}
              tone={pressed?.step === step && pressed.attempt === attempt ? 'accent' : 'quiet'}
              onClick={() => setChosen({ step, attempt })}
            >
              {text('answer-details.request.call', { step: step + 1, attempt })}
            </Button>
          ))}
        </div>
      )}
      {shown && (
        <div aria-busy={request.isPlaceholderData} className={`space-y-4 ${request.isPlaceholderData ? 'opacity-60' : ''}`}>
          <Request shown={shown} />
        </div>
      )}
    </div>
  )
}

function Request({ shown }: { readonly shown: Shown }) {
  const text = useText()
  const { sent } = shown
  const turns = useMemo(() => (sent ? requestToTurns(sent.request) : []), [sent])
  if (!sent) return <p className="text-soft">{text('answer-details.request.forgotten')}</p>
  return (
    <>
      <p className="text-soft">
        {[
          shown.provider,
          modelToName(shown.model),
          formatDateTime(sent.sentAt, locale),
          text('answer-details.request.bytes', { bytes: formatShortCount(sent.bytes, locale) }),
        ].join(' · ')}
      </p>
      <p className={sent.matches ? 'text-soft' : 'text-danger-ink'} data-testid="request-matches">
        {sent.matches
          ? text('answer-details.request.matches')
          : sent.missingFiles > 0
            ? text('answer-details.request.missing', { count: sent.missingFiles })
            : text('answer-details.request.differs')}
      </p>
      <ol className="space-y-4">
        {turns.map((turn, index) => (
          <li key={index}>
            <JsonView label={turn.label} value={turn.value} />
          </li>
        ))}
      </ol>
      <JsonView label={text('answer-details.request.whole')} value={sent.request} />
    </>
  )
}
