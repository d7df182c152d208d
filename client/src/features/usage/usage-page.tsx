import '../../i18n/later-english.ts'
import { useState } from 'react'
import { Link, useLocation, useSearch } from 'wouter'
import { locale } from '../../i18n/locale.ts'
import { conversationPath } from '../../lib/routes.ts'
import { readTimeZone } from '../../i18n/read-time-zone.ts'
import { useText, type Text } from '../../i18n/use-text.ts'
import { trpc } from '../../react/trpc-react.ts'
import { Button } from '../../ui/button.tsx'
import { CenteredMessage } from '../../ui/centered-message.tsx'
import { formatMicroUsd, formatShortCount } from '../../ui/format-amount.ts'
import { LoadingShape } from '../../ui/loading-shape.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { DayChart, type ChartDay } from './day-chart.tsx'
import { PeriodPicker } from './period-picker.tsx'
import { periodToDays, periodToSearch, searchToPeriod, toToday, type Period } from './period.ts'
import { UsageTable } from './usage-table.tsx'
import { UsageTotals } from './usage-totals.tsx'
import { hasKnownCost, toCost, toCount, toDayName, type UsageSums } from './usage-words.ts'

/** Tokens and cost by day, by model and by conversation. */
export function UsagePage() {
  const text = useText()
  const [path, navigate] = useLocation()
  const [today] = useState(() => toToday(new Date()))
  const period = searchToPeriod(useSearch(), today)
  const onPeriod = (next: Period) => {
    const search = periodToSearch(next)
    navigate(search === '' ? path : `${path}?${search}`, { replace: true })
  }
  return (
    <div className="h-full overflow-y-auto" data-testid="usage-page">
      <div className="mx-auto max-w-5xl space-y-6 px-4 pt-4 pb-16 sm:px-8 sm:pt-6">
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
          <h1 className="text-xl font-semibold tracking-tight">{text('usage')}</h1>
          <PeriodPicker period={period} today={today} onPeriod={onPeriod} />
        </div>
        <p className="hidden text-sm print:block">
          {text('usage.period.range', { from: toDayName(period.from, 'long'), to: toDayName(period.to, 'long') })}
        </p>
        <UsageOfPeriod period={period} />
      </div>
    </div>
  )
}

function UsageOfPeriod({ period }: { readonly period: Period }) {
  const text = useText()
  const { from, to } = period
  const [zone] = useState(readTimeZone)
  // Answers may have completed since the last visit.
  const options = { staleTime: 0, placeholderData: <Data,>(before: Data) => before }
  const byDay = trpc.usage.summary.useQuery({ from, to, ...zone, by: 'day' }, options)
  const byModel = trpc.usage.summary.useQuery({ from, to, ...zone, by: 'model' }, options)
  const byConversation = trpc.usage.summary.useQuery({ from, to, ...zone, by: 'conversation' }, options)
  const queries = [byDay, byModel, byConversation]
  if (queries.some((query) => query.isError)) {
    return (
      <CenteredMessage
        title={text('usage.failed')}
        actions={<Button onClick={() => queries.forEach((query) => void query.refetch())}>{text('try-again')}</Button>}
      >
        {text('failed.unreachable')}
      </CenteredMessage>
    )
  }
  if (!byDay.data || !byModel.data || !byConversation.data) return <Loading />
  const { total } = byDay.data
  if (total.calls === 0) return <Nothing />
  const days = periodToDays(period)
  const sumsByDay = new Map(byDay.data.items.map((item) => [item.key, item]))
  return (
    <>
      <UsageTotals total={total} />
      {total.estimatedCalls > 0 && <p className="text-xs text-faint">{text('usage.estimated.about')}</p>}
      <div className="grid gap-8 lg:grid-cols-2">
        {hasKnownCost(total) ? (
          <DayChart
            title={text('usage.chart.cost')}
            description={text('usage.chart.cost.about', { total: toCost(total, text) })}
            days={days.map((day) => toCostDay(day, sumsByDay.get(day), text))}
            formatValue={(value) => formatMicroUsd(value, locale)}
            testId="usage-cost-chart"
          />
        ) : (
          <div className="rounded-md border border-dashed border-line-strong p-5 text-sm text-soft">
            <p className="font-medium text-ink">{text('usage.no-price')}</p>
            <p className="mt-1">{text('usage.no-price.about')}</p>
          </div>
        )}
        <DayChart
          title={text('usage.chart.tokens')}
          description={text('usage.chart.tokens.about', {
            read: toCount(total.inputTokens),
            written: toCount(total.outputTokens),
          })}
          days={days.map((day) => toTokenDay(day, sumsByDay.get(day), text))}
          formatValue={(value) => formatShortCount(value, locale)}
          testId="usage-token-chart"
        />
      </div>
      <UsageTable
        title={text('usage.by-model')}
        column={text('usage.model')}
        rows={byModel.data.items.map((item) => ({ ...item, name: item.key }))}
        fileName="usage-by-model"
        testId="usage-models"
      />
      <UsageTable
        title={text('usage.by-conversation')}
        column={text('usage.conversation')}
        rows={byConversation.data.items.map((item) => {
          const name = item.label ?? text('usage.conversation.deleted')
          return {
            ...item,
            name,
            shown: item.label === null ? <span className="text-soft">{name}</span> : toLink(item.key, name),
          }
        })}
        fileName="usage-by-conversation"
        testId="usage-conversations"
      />
      <UsageTable
        title={text('usage.by-day')}
        column={text('usage.day')}
        rows={byDay.data.items.toReversed().map((item) => ({ ...item, name: item.key, shown: toDayName(item.key, 'long') }))}
        fileName="usage-by-day"
        testId="usage-days"
      />
    </>
  )
}

function toLink(conversationId: string, title: string) {
  return (
    <Link
      href={conversationPath(conversationId)}
      className="underline decoration-line-strong underline-offset-3 hover:decoration-current"
    >
      {title}
    </Link>
  )
}

function toCostDay(day: string, sums: UsageSums | undefined, text: Text): ChartDay {
  const name = toDayName(day, 'long')
  return {
    day,
    values: [sums?.costMicroUsd ?? 0],
    words: sums
      ? text('usage.day.cost', { day: name, cost: toCost(sums, text), count: sums.calls })
      : text('usage.day.none', { day: name }),
    isPartial: (sums?.unknownCostCalls ?? 0) > 0,
  }
}

function toTokenDay(day: string, sums: UsageSums | undefined, text: Text): ChartDay {
  const name = toDayName(day, 'long')
  const counts = sums ? { read: toCount(sums.inputTokens), written: toCount(sums.outputTokens) } : null
  return {
    day,
    values: [sums?.outputTokens ?? 0, sums?.inputTokens ?? 0],
    words: counts ? text('usage.day.tokens', { day: name, ...counts }) : text('usage.day.none', { day: name }),
    isPartial: false,
  }
}

/** Shown for a period without usage. */
function Nothing() {
  const text = useText()
  return (
    <div className="rounded-md border border-dashed border-line-strong px-5 py-8 text-center" data-testid="usage-empty">
      <p className="font-medium">{text('usage.empty')}</p>
      <p className="mx-auto mt-1 max-w-md text-sm text-balance text-soft">{text('usage.empty.about')}</p>
      <Link href="/" className="mt-3 inline-block text-sm text-accent-strong underline underline-offset-3">
        {text('usage.empty.ask')}
      </Link>
    </div>
  )
}

function Loading() {
  return (
    <LoadingShape className="space-y-6">
      <Skeleton className="h-20" />
      <Skeleton className="h-48" />
      <Skeleton className="h-32" />
    </LoadingShape>
  )
}
