import '../../../i18n/later-english.ts'
import type { Id } from '@holdfast/shared'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { locale } from '../../../i18n/locale.ts'
import { useText, type Text } from '../../../i18n/use-text.ts'
import { useClient } from '../../../react/client-context.tsx'
import { Button } from '../../../ui/button.tsx'
import { DialogImpl } from '../../../ui/dialog-impl.tsx'
import { formatMicroUsd, formatShortCount } from '../../../ui/format-amount.ts'
import { formatDateTime, formatDuration } from '../../../ui/format-time.ts'
import { SentRequest } from './sent-request.tsx'
import { toFacts, toSteps, type Timeline, type TimelineStep } from './timeline-to-facts.ts'

/** When an answer was asked for, began and ended, and what it did in between. */
export function AnswerDetails({ messageId, onClose }: { readonly messageId: Id; readonly onClose: () => void }) {
  const text = useText()
  const { trpc } = useClient()
  const [isRequestShown, setRequestShown] = useState(false)
  const timeline = useQuery({
    queryKey: ['messages', 'timeline', messageId],
    queryFn: ({ signal }) => trpc.messages.timeline.query({ messageId }, { signal }),
    staleTime: 0,
    gcTime: 0,
  })
  return (
    <DialogImpl
      title={text(isRequestShown ? 'answer-details.request' : 'message.details')}
      isOpen
      onClose={onClose}
      width={isRequestShown ? 'wide' : 'narrow'}
      testId="answer-details"
    >
      {isRequestShown && <SentRequest messageId={messageId} onBack={() => setRequestShown(false)} />}
      {timeline.isPending && <p role="status">{text('loading')}</p>}
      {timeline.isError && (
        <div className="flex items-center gap-3 text-soft">
          <p role="alert">{text('answer-details.failed')}</p>
          <Button size="small" onClick={() => void timeline.refetch()}>
            {text('try-again')}
          </Button>
        </div>
      )}
      {timeline.isSuccess && !isRequestShown && (
        <>
          <Details timeline={timeline.data} />
          {timeline.data.modelCalls.length > 0 && (
            <div className="mt-5">
              <Button size="small" onClick={() => setRequestShown(true)}>
                {text('answer-details.request')}
              </Button>
            </div>
          )}
        </>
      )}
    </DialogImpl>
  )
}

function Details({ timeline }: { readonly timeline: Timeline }) {
  const text = useText()
  const steps = toSteps(timeline)
  if (timeline.claims === 0 && timeline.endedAt === null && steps.length === 0 && timeline.status === 'completed') {
    return <p className="text-soft">{text('answer-details.none')}</p>
  }
  return (
    <>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-sm tabular-nums">
        {toRows(timeline, text).map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-soft">{label}</dt>
            <dd className="text-end">{value}</dd>
          </div>
        ))}
      </dl>
      {steps.length > 0 && (
        <>
          <h3 className="mt-5 mb-2 text-sm font-semibold">{text('answer-details.steps')}</h3>
          <ol className="space-y-1.5 text-sm tabular-nums">
            {steps.map((step) => (
              <li key={step.key} className="flex items-baseline justify-between gap-6">
                <span className="min-w-0 truncate" dir="auto">
                  {step.name}
                </span>
                <span className="shrink-0 text-soft">{toStepText(step, text)}</span>
              </li>
            ))}
          </ol>
        </>
      )}
    </>
  )
}

function toRows(timeline: Timeline, text: Text): [label: string, value: string][] {
  const { beganAfterMs, firstAfterMs, tookMs, isFirstForgotten } = toFacts(timeline)
  const { tokensPerSecond, retries, continuations, costMicroUsd } = timeline
  const rows: ([string, string] | false)[] = [
    [text('answer-details.asked'), formatDateTime(timeline.queuedAt, locale)],
    beganAfterMs !== null && [text('answer-details.began'), formatDuration(beganAfterMs, locale)],
    firstAfterMs !== null && [text('answer-details.first'), formatDuration(firstAfterMs, locale)],
    isFirstForgotten && [text('answer-details.first'), text('answer-details.first.forgotten')],
    [text('answer-details.took'), tookMs === null ? text('answer-details.running') : formatDuration(tookMs, locale)],
    tokensPerSecond !== null && [
      text('answer-details.speed'),
      text('answer-details.speed.value', {
        speed: new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 }).format(tokensPerSecond),
      }),
    ],
    timeline.modelCalls.length > 0 && [
      text('answer-details.cost'),
      costMicroUsd === null ? text('answer-details.cost.unknown') : formatMicroUsd(costMicroUsd, locale),
    ],
    retries > 0 && [text('answer-details.retries'), String(retries)],
    continuations > 0 && [text('answer-details.continued'), text('answer-details.continued.value', { count: continuations })],
  ]
  return rows.filter((row) => row !== false)
}

function toStepText({ state, durationMs, tokens }: TimelineStep, text: Text): string {
  const facts = [
    state === null ? null : text(`answer-details.state.${state}`),
    tokens &&
      text('answer-details.tokens', {
        input: formatShortCount(tokens.input, locale),
        output: formatShortCount(tokens.output, locale),
      }),
    durationMs === null ? null : formatDuration(durationMs, locale),
  ]
  return facts.filter(Boolean).join(' · ')
}
